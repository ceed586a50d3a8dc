"""Small programs of many parts: game of life, bank accounts, a scheduler with tasks and states, elevator, dice; classes working together."""

import random

from _show import drive


def life(cells, turns):
    cells = set(cells)
    for _ in range(turns):
        counts = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        counts[x + dx, y + dy] = counts.get((x + dx, y + dy), 0) + 1
        cells = {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in cells}
    return sorted(cells)


class Account:
    interest = 0.01

    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.history = owner, balance, []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"bad amount {amount}")
        self.balance += amount
        self.history.append(("deposit", amount))
        return self

    def withdraw(self, amount):
        if amount > self.balance:
            raise RuntimeError(f"{self.owner} has only {self.balance}")
        self.balance -= amount
        self.history.append(("withdraw", amount))


class Savings(Account):
    interest = 0.05

    def withdraw(self, amount):
        super().withdraw(amount)
        self.balance -= 1

    def year(self):
        self.balance += self.balance * self.interest


def bank(amounts, turns):
    accounts = [Account("a", 10), Savings("b", 10)]
    errors = []
    for turn in range(turns):
        for account in accounts:
            for amount in amounts:
                try:
                    account.deposit(amount).withdraw(amount // 2)
                except (ValueError, RuntimeError) as e:
                    errors.append(str(e))
            if isinstance(account, Savings):
                account.year()
    return [(a.owner, a.balance, len(a.history)) for a in accounts], errors[-2:]


class Task:
    waiting, running, done = "waiting", "running", "done"

    def __init__(self, name, work):
        self.name, self.work, self.state, self.next = name, work, Task.waiting, None

    def step(self, quantum):
        self.state = Task.running
        self.work -= quantum
        if self.work <= 0:
            self.state = Task.done
        return self.state


class Scheduler:
    def __init__(self):
        self.queue, self.log = [], []

    def run(self, quantum):
        while self.queue:
            task = self.queue.pop(0)
            if task.step(quantum) is Task.done:
                self.log.append(task.name)
            else:
                self.queue.append(task)
        return self.log


def schedule(works, quantum):
    s = Scheduler()
    for i, work in enumerate(works):
        s.queue.append(Task(f"t{i}", work))
    return s.run(quantum)


def dice(seed, n):
    rnd = random.Random(seed)
    counts = [0] * 13
    for _ in range(n):
        counts[rnd.randint(1, 6) + rnd.randint(1, 6)] += 1
    return counts, rnd.random(), rnd.choice("abc")


GLIDER = ((1, 0), (2, 1), (0, 2), (1, 2), (2, 2))
drive(life, (GLIDER, 4), ((), 3), (((0, 0), (1, 0), (2, 0)), 3), (((0.5, 0), (1.5, 0), (2.5, 0)), 2), times=6, late=2)
drive(bank, ((10, 4), 3), ((2.5,), 3), ((0, -1), 2), ((2**64,), 2), (("x",), 1), orders=2, times=10, late=2)
drive(schedule, ((3, 1, 4), 1), ((2.5, 1), 0.5), ((2**65,), 2**64), ((), 1), orders=2)
drive(dice, (1, 40), (2, 10), ("seed", 5), times=6, late=2)

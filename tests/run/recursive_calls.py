"""Functions that call themselves: results, limits, exceptions at any depth, what changes in the middle, and who looks at the frames."""

import gc
import signal
import sys
import threading
import traceback


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def power(base, n):
    if n == 0:
        return 1
    return base * power(base, n - 1)


def halves(x, n):
    if n == 0:
        return x
    return halves(x / 2, n - 1) + halves(x / 4.0, n - 1) * 0.5


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


class Node:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right


def tree(low, high):
    if low > high:
        return None
    middle = (low + high) // 2
    return Node(middle, tree(low, middle - 1), tree(middle + 1, high))


def height(node):
    if node is None:
        return 0
    left, right = height(node.left), height(node.right)
    return 1 + (left if left > right else right)


def contains(node, key):
    if node is None:
        return False
    if key == node.key:
        return True
    return contains(node.left if key < node.key else node.right, key)


def total(pair):
    if pair is None:
        return 0
    left, right, number = pair
    return number + total(left) + total(right)


def pairs(depth):
    return None if depth == 0 else (pairs(depth - 1), pairs(depth - 1), depth)


def mark(node, number=7):
    """No result; it changes the tree."""
    if node is not None:
        node.key = node.key + number
        mark(node.left, number)
        mark(node.right)


def reciprocal(n, at):
    return 1.0 / (n - at) if n < 3 else reciprocal(n - 1, at) + reciprocal(n - 2, at)


def indexed(items, n):
    return items[n] if n < 4 else indexed(items, n - 1) + indexed(items, n - 3)


LINES = ((0, 1, 2), (2, 3, 1))


def won(board, player):
    for x, y, z in LINES:
        if board[x] == player and board[y] == player and board[z] == player:
            return True
    return False


def best_move(board, player, depth):
    """Loops over tuples and lists, which end in functions that have no frame."""
    if won(board, player):
        return 1
    best = -2 if depth else 0
    for i in range(4 * (depth > 0)):
        if board[i] == " ":
            board[i] = player
            score = -best_move(board, "O" if player == "X" else "X", depth - 1)
            board[i] = " "
            if score > best:
                best = score
    return best


def largest(items, n):
    found = 0
    for item in items:
        if item > n:
            found = item
    return found if n == 0 else found + largest(items, n - 1)


def results():
    for _ in range(3):
        print(fib(17), tak(12, 8, 4), ackermann(2, 9), power(3, 30), power(3, 60), power(1.5, 20), halves(1.0, 9))
        print(is_even(60), is_odd(60), type(is_even(7)))
        root = tree(1, 200)
        print(height(root), contains(root, 77), contains(root, 201), total(pairs(9)))
        mark(root, number=2)
        print(root.key, root.left.key, root.right.right.key)
        print(best_move([" "] * 4, "X", 3), best_move([" ", "X", " ", "X"], "O", 2))
        for _ in range(100):
            last = best_move([" "] * 4, "X", 2), largest((1, 2, 3), 5), largest([4, 5, 6], 5)
        print(last)


def raises(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        lines = traceback.format_exc().splitlines()
        print(type(error).__name__, error, len(lines), lines[1:3], lines[-4:])


def exceptions():
    items = [1, 2, 3, 4]
    for _ in range(40):
        reciprocal(12, 5)
        indexed(items, 12)
    raises(reciprocal, 12, 2)
    raises(reciprocal, 12, 1)
    raises(indexed, [1, 2, 3], 9)
    raises(indexed, [1, "2", 3, 4], 9)
    raises(indexed, (1, 2.5, 3, 4), 9)
    raises(fib, "7")
    raises(fib, 9.5)
    raises(fib, None)
    raises(tak, 5, 3, None)
    raises(total, (None, (None, 3), 4))
    raises(height, 5)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


class Nested:
    def __init__(self, n):
        self.depth = nested(n - 1) + 1 if n else 0


def nested(n):
    """Through a class: three levels of recursion for each."""
    return Nested(n).depth


def limits():
    for _ in range(60):
        depth(50)
    before = sys.getrecursionlimit()
    for limit in (120, 300, 1000):
        sys.setrecursionlimit(limit)
        low, high = 1, 2000
        while high - low > 1:
            middle = (low + high) // 2
            try:
                depth(middle)
                low = middle
            except RecursionError as error:
                high = middle
                text = str(error)
        print(3 <= limit - low <= 4, text.removesuffix(" in comparison"))  # bytecode that is cold compares by a function that counts
    for _ in range(60):
        nested(6)
    low, high = 1, 2000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            nested(middle)
            low = middle
        except RecursionError as error:
            high = middle
            text = str(error)
    print(331 <= low <= 332, text.removesuffix(" in comparison"))
    sys.setrecursionlimit(100_000)
    print(depth(60_000))
    sys.setrecursionlimit(before)


def in_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append([depth(700), fib(15)]))
    thread.start()
    thread.join()
    print(found)


def ladder(n):
    return n if n < 2 else ladder(n - 1) + ladder(n - 2)


def changed():
    """The function, its code, and what it returns change while it runs."""
    global ladder
    old = ladder
    for _ in range(30):
        ladder(10)

    def other(n):
        return n * 10

    ladder = other
    print(old(6), ladder(6))
    ladder = old
    print(ladder(10))
    code = ladder.__code__
    ladder.__code__ = (lambda n: n if n < 2 else ladder(n - 1) + 1).__code__
    print(ladder(10))
    ladder.__code__ = code
    print(ladder(10))


class Counted:
    """An int-like thing, whose methods look at frames."""

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other

    def __sub__(self, other):
        return Counted(self.n - other)

    def __radd__(self, other):
        return other + self.n

    def __add__(self, other):
        frame, deep = sys._getframe(), 0
        while frame is not None:
            deep += frame.f_code is fib.__code__
            frame = frame.f_back
        seen.add(deep)
        return self.n + (other.n if isinstance(other, Counted) else other)


seen = set()


class Dies:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dies", self.name, end=" ")


def holds(thing, n):
    """The argument is the only reference to what it holds."""
    if n == 0:
        return 0
    return n + holds(Dies(n) if n == 3 else None, n - 1)


def drops(thing, n):
    thing = None
    return 0 if n == 0 else n + drops([n], n - 1)


def counts(thing, n):
    return sys.getrefcount(thing) if n == 0 else counts(thing, n - 1)


def looked_at():
    for _ in range(30):
        fib(8)
        holds(None, 5)
        drops([1], 5)
        counts("a thing", 4)
    print(fib(Counted(8)), sorted(seen))
    print(holds(Dies("first"), 6))
    print(drops(Dies("second"), 3))
    thing = object()
    print(counts(thing, 0), counts(thing, 1), counts(thing, 9))
    gc.collect()


def signalled():
    """A handler that runs while only frameless code does."""
    hits = []

    def handler(number, frame):
        deep = 0
        while frame is not None:
            deep += frame.f_code is fib.__code__
            frame = frame.f_back
        hits.append(deep > 0)

    old = signal.signal(signal.SIGALRM, handler)
    for _ in range(30):
        fib(12)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    while not any(hits):
        fib(20)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, old)


def stopped():
    """The handler raises, at some depth."""

    def handler(number, frame):
        raise TimeoutError("enough")

    old = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        print(fib(60))
    except TimeoutError as error:
        entry, names = error.__traceback__, []
        while entry is not None:
            names.append(entry.tb_frame.f_code.co_name)
            entry = entry.tb_next
        print(error, names[0], names[-1], set(names[1:-1]))
    signal.signal(signal.SIGALRM, old)


def traced():
    events = []

    def tool(frame, event, argument):
        if frame.f_code is fib.__code__:
            events.append((event, frame.f_lineno, argument if event == "return" else None))
        return tool

    sys.settrace(tool)
    fib(4)
    sys.settrace(None)
    print(len(events), events[:6], events[-3:])


results()
exceptions()
limits()
in_a_thread()
changed()
looked_at()
signalled()
stopped()
traced()
results()

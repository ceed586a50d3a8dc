"""os.fork and multiprocessing in hot loops; both sides go on with the same state."""

import multiprocessing
import os
import sys


def work(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total


def forks_in_loop(n):
    results = []
    total = 0
    for i in range(n):
        total += work(20) + i
        if i % 10 == 5:
            results.append(child_result(total, i))
    return total, results


def child_result(total, i):
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        answer = total
        for k in range(300):
            answer += work(10) * k + i
        os.write(writing, str(answer).encode())
        os._exit(i)
    os.close(writing)
    text = os.read(reading, 100)
    os.close(reading)
    return text.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def square_sum(x):
    total = 0
    for i in range(x):
        total += i * i
    return total


def child_that_exits_normally():
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        print("child", work(50))
        sys.exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    for _ in range(200):
        work(30)
        square_sum(20)
    print(forks_in_loop(12))
    print(forks_in_loop(20))
    print(child_that_exits_normally())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(square_sum, range(0, 200, 20)))
    print(work(30))

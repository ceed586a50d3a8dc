"""fork with other threads running hot code, in generators, in trace functions' reach; pools by fork and spawn, futures; exit codes and results."""

import concurrent.futures
import multiprocessing
import os
import sys
import threading
import time


def work(n):
    total = 0
    for i in range(n):
        total += i * i % 11
    return total


def squares(n):
    for i in range(n):
        yield i * i


def in_child(function, *args):
    """Runs it in a forked child; what it returns, and the exit code."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            os.write(writing, repr(function(*args)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    text = b""
    while piece := os.read(reading, 1000):
        text += piece
    os.close(reading)
    return text.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def more(n):
    return [work(k) for k in range(n)], sum(squares(n))


def fork_in_generator(n):
    for i in range(n):
        if i == n // 2:
            yield in_child(more, i)
        yield work(i)


def grandchild(n):
    return in_child(more, n), more(n)


def busy(stop, results):
    n = 0
    while not stop:
        n += work(50) > 0
    results.append(n > 0)


def hot_in_child():
    """Long enough to get hot there, and to ask the compiler."""
    deadline = time.monotonic() + 0.3
    total = 0
    while time.monotonic() < deadline:
        total = work(3000)
    return total


def child_with_threads():
    results = []
    threads = [threading.Thread(target=lambda k=k: results.append(work(k))) for k in (10, 1000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


if __name__ == "__main__":
    for _ in range(100):
        work(50), sum(squares(20))
    print(list(fork_in_generator(12)))
    print(in_child(grandchild, 6))
    sys.setswitchinterval(0.0005)  # else threads wait for each other for long on a busy machine
    stop, results = [], []
    threads = [threading.Thread(target=busy, args=(stop, results)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for k in range(3):
        print(in_child(more, k), in_child(child_with_threads))
    print(in_child(hot_in_child), work(3000))
    stop.append(1)
    for thread in threads:
        thread.join()
    print(results)
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(work, range(0, 400, 40)), pool.apply(more, (5,)))
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            print(method, list(pool.map(work, range(0, 400, 40))))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print(list(pool.map(work, range(0, 400, 40))), pool.submit(more, 4).result())
    queue = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(target=lambda: queue.put(more(7)))
    process.start()
    print(queue.get(), process.join(), process.exitcode)

"""A process forked by another thread than the main one ends when its last thread does."""

import os
import sys
import threading
import time


def work(n):
    return sum(i * i % 7 for i in range(n))


def wait(pid):
    """The exit status, or what was done about a process that does not end."""
    for _ in range(400):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, 9)
    return os.waitpid(pid, 0)[1], "does not end"


def child(more):
    """Comes to an end in its thread: nothing calls exit."""
    print("child", threading.main_thread() is threading.current_thread(), work(20000), flush=True)
    if more:
        threading.Thread(target=lambda: print("later", work(30000), flush=True)).start()


def forks(more):
    pid = os.fork()
    if pid == 0:
        child(more)
        return
    print("ended with", wait(pid), flush=True)


print(work(50000), flush=True)
for more in (False, True, False, True):
    thread = threading.Thread(target=forks, args=(more,))
    thread.start()
    thread.join()
pid = os.fork()
if pid == 0:
    print(work(20000), flush=True)
    sys.exit(3)
print(wait(pid))

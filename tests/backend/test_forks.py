"""A program that compiles in its own process forks while another of its threads is in LLVM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

llvm = pytest.importorskip("llvmlite.binding")

pytest.importorskip("tierup.backend.llvm")  # has forks wait


def test_a_fork_waits_for_who_is_in_the_library() -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with llvm.ffi.lib._lock:
            inside.set()
            leave.wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(5)  # ends it if it waits for the lock
        llvm.parse_assembly("")
        os._exit(0)
    leave.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


FORKING = """
import os, threading
from tierup.backend.llvm import build

done = []

def compile():
    while not done:
        build("define void @region() {\\n  ret void\\n}", quick=True)

threads = [threading.Thread(target=compile) for _ in range(2)]
for thread in threads:
    thread.start()
for _ in range(40):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
done.append(1)
for thread in threads:
    thread.join()
print("done")
"""


def test_forks_while_others_compile() -> None:
    """Both locks are taken in the same order."""
    found = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=60, check=False)
    assert found.stdout == "done\n", found.stderr

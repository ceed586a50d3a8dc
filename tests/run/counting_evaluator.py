"""A frame evaluator of somebody else (PEP 523), written in C where there is a compiler: while it is set, it is given every call of hot functions."""

import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile

SOURCE = r"""
#define Py_BUILD_CORE 1
#include <Python.h>
#include <internal/pycore_frame.h>
static long seen;
static PyObject *evaluate(PyThreadState *ts, struct _PyInterpreterFrame *f, int flag) {
    seen++;
    return _PyEval_EvalFrameDefault(ts, f, flag);
}
void set(int on) { _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState_Get(), on ? evaluate : _PyEval_EvalFrameDefault); }
long count(void) { long n = seen; seen = 0; return n; }
"""


def add(a, b):
    return a + b


def work(n):
    total = 0
    for i in range(n):
        total = add(total, i)
    return total


def produce(n):
    for i in range(n):
        yield add(i, 1)


class Thing:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


def things(n):
    total = 0
    for i in range(n):
        total += Thing(i).get()
    return total


def switching(library, n):
    total = 0
    for i in range(n):
        if i == 3:
            library.set(1)
        total = add(total, i)
        total += Thing(i).get()
        if i == n - 3:
            library.set(0)
    return total


class Nothing:
    def set(self, on):
        pass


def cold(namespace):
    exec("def first(n):\n    return n + 1\ndef second(n):\n    return first(n) + first(n + 1)\n", namespace)
    return namespace["second"]


def all_calls(library, turns):
    """Code that becomes hot while the evaluator is set: it is given no frames but those of the program."""
    second = cold({})
    for _ in range(turns):
        second(1)
    library.set(1)
    library.count()
    for _ in range(turns):
        second(2)
    library.set(0)
    return library.count()


def main(library):
    nothing = Nothing()
    print([all_calls(library, turns) for turns in (1, 100, 3, 20000)])
    for _ in range(60):
        work(20), list(produce(6)), things(6), switching(nothing, 10)
    for _ in range(2):
        library.set(1)
        library.count()
        results = [work(10), library.count(), list(produce(4)), library.count(), things(5), library.count()]
        library.set(0)
        print(results, work(10), library.count())
        print(switching(library, 12), library.count())


def compiled(folder):
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not os.path.exists(sysconfig.get_path("include") + "/internal/pycore_frame.h"):
        return None
    source, target = folder + "/evaluator.c", folder + "/evaluator.so"
    with open(source, "w") as file:
        file.write(SOURCE)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-I" + sysconfig.get_path("include"), source, "-o", target], check=True)
    library = ctypes.PyDLL(target)
    library.count.restype = ctypes.c_long
    return library


with tempfile.TemporaryDirectory() as folder:
    library = compiled(folder)
    if library is None:
        print("no compiler here, nothing to see", sys.version_info[:2])
    else:
        main(library)

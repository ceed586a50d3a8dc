"""contextvars, thread locals, weak dictionaries, ChainMap scopes: values that depend on where the code runs."""

import contextvars
import threading
import weakref

from _show import drive

current = contextvars.ContextVar("current", default="default")
local = threading.local()


class Key:
    def __init__(self, n):
        self.n = n


def read_many(n):
    out = []
    for i in range(n):
        token = current.set(i)
        out.append(current.get())
        if i % 2:
            current.reset(token)
            out.append(current.get())
    return out


def in_context(n):
    context = contextvars.copy_context()
    return [context.run(read_many, 3) for _ in range(n)], current.get()


def thread_values(n):
    local.value = n
    out = []

    def work():
        out.append(hasattr(local, "value"))
        local.value = "other"
        total = 0
        for i in range(20):
            total += i * n
        out.append(total)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return out, local.value


def weak_keys(n):
    table = weakref.WeakKeyDictionary()
    kept = []
    sizes = []
    for i in range(n):
        key = Key(i)
        table[key] = i
        if i % 2 == 0:
            kept.append(key)
        sizes.append(len(table))
    key = None
    return sizes, sorted(table.values())


def finalized(n):
    log = []
    for i in range(n):
        key = Key(i)
        weakref.finalize(key, log.append, i)
    before = list(log)
    del key
    return before, log


for function in (in_context, thread_values, weak_keys, finalized):
    drive(function, (4,), (5,), times=12, late=3)

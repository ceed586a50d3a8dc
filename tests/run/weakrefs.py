"""Weak reference callbacks: they run when the last strong reference goes, not earlier and not later."""

import weakref


class Node:
    def __init__(self, n):
        self.n = n


log = []


def gone(ref):
    log.append("gone")


def local_death(n):
    node = Node(n)
    ref = weakref.ref(node, gone)
    alive = ref() is node
    node = n
    return (alive, ref() is None, list(log), node)


def kept_by_argument(node):
    ref = weakref.ref(node, gone)
    before = ref() is node
    node = None
    return (before, ref() is None)


def loop(n):
    refs = []
    out = []
    for i in range(n):
        node = Node(i)
        refs.append(weakref.ref(node, gone))
        out.append(sum(r() is not None for r in refs))
    return out


def values(n):
    d = weakref.WeakValueDictionary()
    keep = []
    for i in range(n):
        node = Node(i)
        d[i] = node
        if i % 2:
            keep.append(node)
    node = None
    return sorted(d)


def proxy_use(n):
    node = Node(n)
    proxy = weakref.proxy(node)
    x = proxy.n + 1
    del node
    try:
        return proxy.n
    except ReferenceError as e:
        return (x, str(e))


for round_number in range(60):
    log.clear()
    results = [local_death(round_number), kept_by_argument(Node(1)), loop(5), values(6), proxy_use(round_number)]
    if round_number < 3 or round_number > 57:
        print(results, len(log))

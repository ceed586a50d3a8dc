"""Values that are None for long and then something else, or the other way round; optional arguments; sentinel objects."""

from _show import drive

MISSING = object()


def default_list(x, extra=None):
    if extra is None:
        extra = []
    extra.append(x)
    return extra


def find(items, wanted):
    found = None
    for item in items:
        if item == wanted:
            found = item
            break
    return found is not None, found


def chain(node):
    n = 0
    while node is not None:
        n += 1
        node = node[1]
    return n


def sentinel(d, key):
    value = d.get(key, MISSING)
    return "missing" if value is MISSING else value


def maximum(items):
    best = None
    for x in items:
        if best is None or x > best:
            best = x
    return best


def either(a, b):
    x = a or b
    y = a and b
    z = a if a is not None else b
    return x, y, z


def no_return(x):
    if x:
        return x


drive(find, ([1, 2, 3], 9), ([1, 2, 3], 2), ([1.5, None], None), ("abc", "b"), ([2**70], 2**70), orders=3)
drive(chain, (None,), ((1, (2, None)),), ((1, 5),), ((1, (2, (3, None))),), orders=2)
drive(sentinel, ({}, 1), ({1: 2}, 1), ({1: None}, 1), ({}, []), orders=2)
drive(maximum, ([],), ([1, 3, 2],), ([1.5, 2],), (["a", "b"],), ([1, None],), ([None, 1],), ([2**64, 2**65],), orders=4)
drive(either, (None, 1), (0, 2), (1, 2), ("", []), (2.5, None), ([], {}), orders=3)
drive(no_return, (0,), (1,), ("",), (2.5,), orders=2)
for _ in range(30):
    last = [default_list(1), default_list(2, [5])]
print(last)

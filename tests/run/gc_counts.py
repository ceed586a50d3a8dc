"""gc.get_count() grows with each container that is made, as all that was kept for reuse goes in a full collection."""

import gc


def counted(make):
    gc.collect()
    before = gc.get_count()[0]
    made = make()
    return made, gc.get_count()[0] > before


def made_list():
    gc.collect()
    before = gc.get_count()[0]
    made = []
    return made, gc.get_count()[0] > before


def made_dict():
    gc.collect()
    before = gc.get_count()[0]
    made = {}
    return made, gc.get_count()[0] > before


def made_tuple(a, b, c, d):
    gc.collect()
    before = gc.get_count()[0]
    made = (a, b, c, d)
    return made, gc.get_count()[0] > before


gc.disable()
for _ in range(3):
    print(made_list(), made_dict(), made_tuple(1, 2, 3, 4))
    for make in (lambda: [], lambda: {}):
        print(counted(make))

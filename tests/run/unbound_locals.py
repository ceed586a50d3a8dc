"""Locals that may be unbound: deleted, assigned on one path only, loop variables of empty loops, except variables, cells."""

from _show import drive


def one_path(flag):
    if flag:
        x = flag
    return x


def after_empty_loop(n):
    for i in range(n):
        y = i
    return i, y


def deleted_in_loop(n):
    x = 0
    out = []
    for i in range(n):
        if i == 3:
            del x
        elif i > 3:
            x = i
        out.append(x + 1 if i != 3 else "deleted")
    return out


def delete_twice(x):
    del x
    del x


def delete_unbound(flag):
    if flag:
        z = 1
    del z
    return "deleted"


def augmented(flag):
    if flag:
        total = 1
    total += 1
    return total


def deleted_and_rebound(x):
    y = x
    del y
    y = x * 2
    del x
    try:
        x
    except NameError as e:
        return y, str(e), e.name


def in_nested_loops(n):
    for i in range(n):
        for j in range(i):
            k = i + j
        try:
            last = k
            del k
        except UnboundLocalError:
            last = "unbound"
    return last


def try_path(x):
    try:
        y = 10 // x
    except ZeroDivisionError:
        pass
    return y


def comprehension_reads(flag):
    if flag:
        items = [1]
    return [x for x in items]


drive(one_path, (1,), (0,), (2.5,), ("s",), orders=3)
drive(after_empty_loop, (3,), (0,), orders=2)
drive(deleted_in_loop, (3,), (4,), (6,), orders=2)
drive(delete_twice, (1,), (2.5,))
for function in (delete_unbound, augmented, comprehension_reads):
    drive(function, (1,), (0,), orders=2)
drive(deleted_and_rebound, (1,), (1.5,), ("s",), (2**63,))
drive(in_nested_loops, (3,), (1,))
drive(try_path, (2,), (0,), ("a",), (2.5,), orders=2)

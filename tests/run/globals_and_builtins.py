"""Globals and builtins replaced, deleted and added in the middle of hot loops."""

import builtins

from _show import attempt, drive

counter = 0
factor = 2


def bump(n):
    global counter
    for _ in range(n):
        counter += 1
    return counter


def helper(x):
    return x + 1


def uses_helper(n):
    total = 0
    for i in range(n):
        total += helper(i) * factor
    return total


def uses_len(items):
    return [len(items), len(items)]


def change_in_loop(n):
    global factor
    out = []
    for i in range(n):
        out.append(i * factor)
        if i == n // 2:
            factor = 2.5
    factor = 2
    return out


def change_through_call(n):
    out = []
    for i in range(n):
        if i == 5:
            replace_helper(lambda x: -x)
        if i == 8:
            replace_helper(original_helper)
        out.append(helper(i))
    return out


def replace_helper(function):
    global helper
    helper = function


def shadow_builtin(n):
    out = []
    for i in range(n):
        if i == 3:
            globals()["len"] = lambda x: "shadowed"
        if i == 6:
            del globals()["len"]
        out.append(len("ab"))
    return out


def patch_builtin(n):
    out = []
    real = builtins.len
    for i in range(n):
        if i == 3:
            builtins.len = lambda x: real(x) + 100
        if i == 6:
            builtins.len = real
        out.append(len("abc"))
    return out


def delete_global(n):
    global transient
    out = []
    for i in range(n):
        transient = i
        if i % 3 == 2:
            del transient
        try:
            out.append(transient)
        except NameError as e:
            out.append(str(e))
    return out


def through_dict(n):
    g = globals()
    out = []
    for i in range(n):
        g["factor"] = i
        out.append(factor)
    g["factor"] = 2
    return out


def type_changes(n):
    global factor
    out = []
    for value in [2, 3, 2.5, "x", 2**65, None, 4]:
        factor = value
        out.append(attempt(uses_factor, n))
    factor = 2
    return out


def uses_factor(n):
    return factor + n


original_helper = helper
for function in (bump, uses_helper, change_in_loop, change_through_call, shadow_builtin, patch_builtin, delete_global, through_dict):
    drive(function, (10,), (11,))
for _ in range(5):
    print("\n".join(type_changes(3)))
drive(uses_len, ([1, 2],), ("abc",), (5,))
for i in range(30):
    if i == 20:
        factor = 1.5
    result = uses_helper(50)
print(result, counter)
del helper
print(attempt(uses_helper, 3))
helper = original_helper
print(attempt(uses_helper, 3))

"""id() in loops: of objects, numbers, temporaries; as a key; with audit hooks that come later."""

import copy
import sys

from _show import drive


def keys(n):
    memo, objects, out = {}, [object() for _ in range(5)], []
    for i in range(n):
        key = id(objects[i % 5])
        memo[key] = memo.get(key, 0) + 1
        out.append(key == id(objects[i % 5]))
    return sorted(memo.values()), all(out), memo.keys() == {id(x) for x in objects}


def numbers(n):
    same = 0
    for i in range(n):
        x = i * 1000 + 0.5
        y = i << 40
        same += (id(x) == id(x)) + (id(y) == id(y)) + (id(i % 100) == id(i % 100)) + (id(None) == id(None))
    return same


def held(n):
    items = [[i] for i in range(n)]
    return len({id(item) for item in items}) == n, all(id(item) == id(items[item[0]]) for item in items)


def copied(n):
    shared = [1, 2]
    made = copy.deepcopy([shared, (shared, {"a": shared}), n])
    return made, made[0] is made[1][0], made[0] is made[1][1]["a"]


def audited(n):
    seen = []
    active = [False]

    def hook(event, args):
        if event == "builtins.id" and active[0]:
            seen.append(args[0] is subject)

    subject = object()
    total = 0
    for i in range(n):
        if i == n - 3:
            sys.addaudithook(hook)
            active[0] = True
        total += id(subject) == id(subject)
    active[0] = False
    return total, seen


class Refusing(Exception):
    pass


def main():
    for function in (keys, numbers, held, copied):
        drive(function, (20,), (3,), (60,))
    for _ in range(3):
        print(audited(40))
    on = [False]

    def refuse(event, args):
        if on[0] and event == "builtins.id":
            raise Refusing(event)

    sys.addaudithook(refuse)
    on[0] = True
    for _ in range(4):
        try:
            print(keys(10))
        except Refusing as error:
            print("refused", error, error.__traceback__.tb_next.tb_lineno)
    on[0] = False
    print(keys(10))


main()

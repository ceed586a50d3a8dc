"""Iterators and C functions that run no Python code are no escapes: numbers stay unboxed across them; what differs shows when they do run some."""

import math
import sys
import traceback


class Text(str):
    def lower(self):
        print("lower of a subclass", sys._getframe(1).f_locals.get("total"))
        return "x"


class Number(int):
    def __index__(self):
        print("index", sys._getframe(1).f_locals.get("total"))
        return 2

    __float__ = None


class Key:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        print("eq", sys._getframe(1).f_code.co_name)
        return self.name == getattr(other, "name", other)

    def __del__(self):
        print("gone", self.name)


class Counting:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        print("next", sorted(sys._getframe(1).f_locals))
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


def items(d):
    total = 0
    for key, value in d.items():
        total += value
        if total > 1000:
            d[total] = 1
    return total


def keys_and_values(d):
    total = 0
    for key in d:
        total += key
    for key in d.keys():
        total += key
    for value in d.values():
        total += value
    return total


def pairs(left, right):
    total = 0
    for a, b in zip(left, right):
        total += a * b
    return total


def strictly(left, right):
    total = 0
    for a, b in zip(left, right, strict=True):
        total += a * b
    return total


def whole_pairs(left, right):
    kept = []
    total = 0
    for pair in zip(left, right):
        total += 1
        kept.append(pair)
    return total, kept


def letters(text):
    total = 0
    for letter in text:
        total += ord(letter)
    return total


def of_set(values):
    total = 0
    for value in values:
        total += value
    return total


def backwards(values):
    total = 0
    for value in reversed(values):
        total = total * 3 + value
    return total


def texts(words, prefix):
    total = 0
    for word in words:
        total += len(word.strip().lower().replace("a", "bb"))
        if word.startswith(prefix):
            total += 100
        total += word.find("c")
    return total


def maths(values):
    total = 0.5
    for value in values:
        total += math.sqrt(value) + math.floor(value) + math.pow(value, 2)
    return total


def popping(d, keys):
    total = 0
    for key in keys:
        total += d.pop(key)
        total += d.setdefault(key, 3)
        total += d.pop("missing", 1)
    return total


def lists(n):
    total = 0
    stack = []
    for i in range(n):
        stack.insert(0, i)
        stack.extend([i, i + 1])
        stack.reverse()
        total += stack.pop(0) + len(list(stack)) + len(tuple(stack))
    return total, stack


def enumerated(values):
    total = 0
    for i, value in enumerate(values):
        total += i * value
    return total


def shown(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        tb = error.__traceback__.tb_next
        seen = [(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_locals.get("total")) for tb in (tb,)]
        return repr(error), seen, len(traceback.extract_tb(error.__traceback__))


def ordinary():
    for i in range(40):
        d = {k: k * 2 for k in range(i % 7)}
        values = list(range(i % 9))
        row = [
            shown(items, d), shown(keys_and_values, d), shown(pairs, values, range(4)), shown(strictly, values, values), shown(whole_pairs, values, "abc"),
            shown(letters, "abc" * (i % 3)), shown(of_set, set(values)), shown(backwards, values), shown(texts, ["Abc ", "cab"] * (i % 4), "A"),
            shown(maths, values), shown(popping, dict.fromkeys(range(5), i), range(5)), shown(lists, i % 5), shown(enumerated, values),
        ]  # fmt: skip
        if i % 8 == 0 or i > 37:
            print(i, row)


def other_kinds():
    print(shown(items, {1: 500, 2: 600, 3: 5}), shown(items, {1: "x"}), shown(items, {}))
    print(shown(keys_and_values, {1: 1.5, 2.5: 2}), shown(keys_and_values, {"a": 1}))
    for left, right in (((1, 2), [3, 4]), (Counting(2), [1, 2, 3]), ([1, 2], Counting(1)), ((x for x in (1, 2)), (5, 6)), ({1: 0, 2: 0}, {3}), ([1], [2**70]), ([1], 5)):
        print(shown(pairs, left, right))
    print(shown(strictly, [1, 2], [1]), shown(strictly, [1], [1, 2]), shown(strictly, Counting(1), Counting(2)))
    print(shown(letters, "äö€"), shown(letters, "a€"), shown(letters, Text("ab")), shown(letters, b"ab"), shown(letters, ["a", "bc"]))
    print(shown(of_set, frozenset([1, 2])), shown(of_set, {1.5}), shown(of_set, {2**65}))
    print(shown(backwards, (1, 2)), shown(backwards, range(3)), shown(backwards, {1: 2}), shown(backwards, Counting(1)))
    print(shown(texts, [Text("Q ")], "Q"), shown(texts, ["abc"], ("a", "b")), shown(texts, ["abc"], 5), shown(texts, [b"abc"], b"a"), shown(texts, [None], "a"))
    print(shown(maths, [4, -1]), shown(maths, [True, 2.25]), shown(maths, [Number(4)]), shown(maths, ["x"]), shown(maths, [2**2000]))
    print(shown(popping, {1: 1}, [1, 2]), shown(popping, {Key("k"): 5}, ["k"]), shown(popping, {1: 2}, [[]]), shown(popping, {1.0: 7}, [1, True]))
    print(shown(enumerated, Counting(2)), shown(enumerated, "a"), shown(enumerated, [1.5, None]))


def changing():
    d = {i: i for i in range(5)}
    for i in range(12):
        try:
            total = 0
            for key in d:
                total += key
                if i > 9:
                    d[f"new{i}"] = 0
        except RuntimeError as error:
            print(i, error, total)
    for i in range(12):
        total = 0
        table = {Key(f"{i}.{k}"): k for k in range(3)} if i > 9 else {k: k for k in range(3)}
        for key, value in table.items():
            total += value
            key = None
        del table
        print(total)
        pairs_made = zip([Key("a"), Key("b")], [1, 2]) if i > 10 else zip([1, 2], [3, 4])
        for left, right in pairs_made:
            left = None
            print("in loop", right)
        del pairs_made


def references():
    for i in range(10):
        one = object()
        table = {1: one, 2: one}
        counts = []
        for key, value in table.items():
            counts.append(sys.getrefcount(value))
        for left, right in zip([one, one], [one, 2]):
            counts.append(sys.getrefcount(one))
        for pair in zip([one], [one]):
            counts.append(sys.getrefcount(pair))
            counts.append(sys.getrefcount(one))
    print(counts)


ordinary()
other_kinds()
changing()
references()
ordinary()

"""The pure Python parts of copy, pickle, json and re on varied data: recursive code over many types."""

import copy
import json
import pickle
import re

from _show import attempt, drive


class Plain:
    def __init__(self, **kw):
        self.__dict__.update(kw)

    def __eq__(self, other):
        return isinstance(other, Plain) and vars(self) == vars(other)

    def __repr__(self):
        return f"Plain({vars(self)})"


class Reduced:
    def __init__(self, x):
        self.x = x

    def __reduce__(self):
        return Reduced, (self.x,)

    def __deepcopy__(self, memo):
        return Reduced(("copied", self.x))

    def __repr__(self):
        return f"Reduced({self.x!r})"


def deep(x):
    y = copy.deepcopy(x)
    return y, y is x, copy.copy(x)


def pickled(x):
    data = pickle._dumps(x, 4)
    return pickle._loads(data), len(data), data == pickle.dumps(x, 4)


def encoded(x):
    text = "".join(json.JSONEncoder(indent=1, sort_keys=True).iterencode(x))
    return text, json.loads(text), json.dumps(x)


def scanned(x):
    return [m.groups() for m in re.finditer(r"(\w+)=(\d*)", x)], re.sub(r"\d", lambda m: str(int(m[0]) + 1), x)


shared = [1]
recursive = []
recursive.append(recursive)
VALUES = [({"a": [1, 2.5, None, True], "b": ("x", "é")},), ([shared, shared],), (recursive,), (Plain(a=1, b=[2]),), (Reduced(1),), ({1, 2},), (2**70,), (float("inf"),), ("text",), (b"bytes",), (len,), ({"z": {"y": {"x": []}}},)]
for function in (deep, pickled, encoded):
    drive(function, *VALUES, orders=1, times=6, late=2)
drive(scanned, ("a=1 b=22 c=",), ("",), (5,))
print(attempt(re.compile, "(unclosed"))

"""Lists in dicts in tuples: grids, matrices, records, transposing, flattening, deep indexing that fails at each level."""

from _show import drive


def deep_read(data, i):
    return data["rows"][i]["cells"][-1][0]


def deep_write(data, i):
    rows = [dict(r, cells=[list(c) for c in r["cells"]]) for r in data["rows"]]
    rows[i]["cells"][0][0] += 1
    rows[i]["new"] = rows[i]["cells"][0]
    rows[i]["new"].append(i)
    return rows


def transpose(m, _):
    return [[row[i] for row in m] for i in range(len(m[0]))], list(zip(*m))


def flatten(x, _):
    out = []
    stack = [x]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            stack.extend(item.values())
        else:
            out.append(item)
    return out


def neighbours(grid, _):
    h, w = len(grid), len(grid[0])
    out = [[0] * w for _ in range(h)]
    for y in range(h):
        for x in range(w):
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    if (dy or dx) and 0 <= y + dy < h and 0 <= x + dx < w:
                        out[y][x] += grid[y + dy][x + dx]
    return out


def group(records, key):
    out = {}
    for r in records:
        out.setdefault(r[key], []).append(r["v"])
    return {k: (len(v), sum(v)) for k, v in sorted(out.items())}


def spiral(m, _):
    out, m = [], [list(r) for r in m]
    while m:
        out += m.pop(0)
        m = [list(r) for r in zip(*m)][::-1]
    return out


DATA = {"rows": [{"cells": [[1, 2], [3]]}, {"cells": [[1.5], [2**63 - 1]]}, {"cells": []}, {}, {"cells": [["s"]]}]}
for function in (deep_read, deep_write):
    drive(function, (DATA, 0), (DATA, 1), (DATA, 2), (DATA, 3), (DATA, 4), (DATA, 9), ({}, 0), (None, 0), orders=3, times=10, late=2)
MATRICES = [([[1, 2], [3, 4]], 0), ([[1.5, 2]], 0), ([[1], [2.5], [2**64]], 0), ([["a", "b"], ["c", "d"]], 0), ([[1, 2], [3]], 0), ([], 0)]
for function in (transpose, flatten, neighbours, spiral):
    drive(function, *MATRICES, orders=3, times=10, late=2)
drive(flatten, ({"a": [1, (2, {"b": 3})]}, 0), (5, 0), ("text", 0))
RECORDS = [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3}]
drive(group, (RECORDS, "k"), (RECORDS, "v"), (RECORDS, "z"), ([{"k": 1, "v": 2.5}], "k"), ([{"k": 1, "v": "s"}], "k"), (RECORDS + [{"k": 1, "v": 1}], "k"), orders=2)

"""Backtracking and dynamic programming: queens, sudoku, knapsack, subsets, longest common subsequence, word break, coins, mazes."""

from _show import drive


def queens(n):
    out = []

    def place(row, columns, left, right, path):
        if row == n:
            out.append(tuple(path))
            return
        for c in range(n):
            if not (columns >> c & 1 or left >> row + c & 1 or right >> row - c + n & 1):
                path.append(c)
                place(row + 1, columns | 1 << c, left | 1 << row + c, right | 1 << row - c + n, path)
                path.pop()

    place(0, 0, 0, 0, [])
    return len(out), out[:1]


def lcs(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                table[i + 1][j + 1] = table[i][j] + 1
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def knapsack(items, room):
    best = [0] * (room + 1)
    for weight, value in items:
        for r in range(room, weight - 1, -1):
            candidate = best[r - weight] + value
            if candidate > best[r]:
                best[r] = candidate
    return best


def subsets(items):
    out = [[]]
    for x in items:
        out += [s + [x] for s in out]
    return len(out), out[-1]


def coins(kinds, amount):
    ways = [1] + [0] * amount
    for kind in kinds:
        for a in range(kind, amount + 1):
            ways[a] += ways[a - kind]
    return ways[amount]


def maze(rows):
    start, goal = (0, 0), (len(rows) - 1, len(rows[0]) - 1)
    queue, came = [start], {start: None}
    for y, x in queue:
        for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            p = y + dy, x + dx
            if 0 <= p[0] < len(rows) and 0 <= p[1] < len(rows[0]) and rows[p[0]][p[1]] != "#" and p not in came:
                came[p] = y, x
                queue.append(p)
    path, at = [], goal if goal in came else None
    while at is not None:
        path.append(at)
        at = came[at]
    return path[::-1]


def bisect(items, x):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


def quicksort(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return quicksort([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quicksort([x for x in items if x > pivot])


def bubble(items):
    a = list(items)
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a


drive(queens, (5,), (1,), (0,), (3,), (2.0,), times=4, late=2)
drive(lcs, ("ABCBDAB", "BDCABA"), ("", "a"), ([1, 2.5], [2.5, 1]), (b"ab", b"b"), (5, "a"), orders=2, times=8)
drive(knapsack, (((1, 2), (3, 5), (2, 4)), 5), (((1, 2.5),), 3), (((1, 2**64),), 2), (((0, 1),), 0), (((-1, 1),), 1), orders=2)
drive(subsets, ("abc",), ([1, 2],), ([],))
drive(coins, ((1, 2, 5), 30), ((1, 5), 0), ((2.0,), 4), ((0,), 3), orders=1)
drive(maze, (["..#", "#..", "..."],), (["."],), ([".#", "#."],), ([],), orders=1)
for function in (quicksort, bubble):
    drive(function, ([3, 1, 2, 5, 4],), ([2.5, 1, 2**70],), ("hello",), ([],), ([1, "a"],), ([float("nan"), 1.0, 0.5],), orders=2)
drive(bisect, ([1, 3, 5, 7], 4), ([1.5, 2.5], 2), ("abc", "b"), ([], 1), ([1, 2], "a"), (range(0, 10**18, 7), 10**9), orders=2)

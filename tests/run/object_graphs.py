"""Linked lists, binary trees, graphs, heaps: attribute chains, None at the ends, recursion, sharing, cycles."""

import heapq

from _show import drive


class Node:
    __slots__ = ("key", "left", "right")

    def __init__(self, key):
        self.key = key
        self.left = self.right = None


def insert(root, key):
    if root is None:
        return Node(key)
    node = root
    while True:
        if key < node.key:
            if node.left is None:
                node.left = Node(key)
                return root
            node = node.left
        elif key > node.key:
            if node.right is None:
                node.right = Node(key)
                return root
            node = node.right
        else:
            return root


def in_order(node):
    return in_order(node.left) + [node.key] + in_order(node.right) if node else []


def tree(keys):
    root = None
    for key in keys:
        root = insert(root, key)
    depth, level = 0, [root] if root else []
    while level:
        depth += 1
        level = [child for node in level for child in (node.left, node.right) if child]
    return in_order(root), depth


class Link:
    def __init__(self, value, rest):
        self.value, self.rest = value, rest


def linked(values):
    head = None
    for v in values:
        head = Link(v, head)
    total, node, back = None, head, None
    while node is not None:
        total = node.value if total is None else total + node.value
        node.rest, back, node = back, node, node.rest
    out = []
    while back:
        out.append(back.value)
        back = back.rest
    return total, out


def paths(edges):
    graph = {}
    for a, b, w in edges:
        graph.setdefault(a, []).append((b, w))
        graph.setdefault(b, []).append((a, w))
    distance, heap = {}, [(0, edges[0][0])]
    while heap:
        d, node = heapq.heappop(heap)
        if node in distance:
            continue
        distance[node] = d
        for other, w in graph[node]:
            if other not in distance:
                heapq.heappush(heap, (d + w, other))
    return distance


def heap_sort(values):
    h = list(values)
    for start in range(len(h) // 2 - 1, -1, -1):
        sift(h, start, len(h))
    for end in range(len(h) - 1, 0, -1):
        h[0], h[end] = h[end], h[0]
        sift(h, 0, end)
    return h


def sift(h, root, end):
    while (child := 2 * root + 1) < end:
        if child + 1 < end and h[child] < h[child + 1]:
            child += 1
        if not h[root] < h[child]:
            return
        h[root], h[child] = h[child], h[root]
        root = child


KEYS = [([5, 2, 8, 1, 9, 3],), ([2.5, 1, 2**70, -1],), ("hello",), ([],), ([1],), ([1, "a"],), ([None, 1],), ([(1, 2), (0, 3)],)]
drive(tree, *KEYS, orders=3)
drive(linked, *KEYS, orders=3)
drive(heap_sort, *KEYS, orders=3)
drive(paths, ([("a", "b", 1), ("b", "c", 2), ("a", "c", 5)],), ([(1, 2, 0.5), (2, 3, 2**64)],), ([],), ([("a", "b", None), ("b", "c", 1)],))

"""An object that dies leaves its memory to the next one of its kind: what is made and dropped again and again has one address, whatever happens between two of them."""

SOURCE = """
tuples = set(map(id, ((i, i) for i in range(20))))
lists = set(map(id, ([i] for i in range(20))))
dicts = set(map(id, ({i: i} for i in range(20))))
floats = set(map(id, (i + 0.5 for i in range(20))))

def in_loops():
    seen = [set(), set(), set(), set()]
    for i in range(20):
        seen[0].add(id((i, i)))
        seen[1].add(id([i]))
        seen[2].add(id({i: i}))
        seen[3].add(id(i + 0.5))
    return [len(addresses) for addresses in seen]
"""


def main():
    counts = []
    for k in range(60):
        names = {}
        exec(compile("\n" * k + SOURCE, f"<part {k}>", "exec"), names)
        counts.append([len(names[kind]) for kind in ("tuples", "lists", "dicts", "floats")])
        counts.append([names["in_loops"]() for _ in range(3)])
    return counts


for line in main():
    print(line)

"""What a generator held is gone when it ends, also where the recorder begins with one that is compiled already and learns anew."""

SOURCE = """
def generate{k}(log, x):
    held = Held(log)
    yield len(log)
    yield held.name
    total = 0
    for i in range(3):
        total = total + x if i else x
        yield total
    yield 1
"""


class Held:
    def __init__(self, log):
        self.name = "held"
        self.log = log

    def __del__(self):
        self.log.append("gone")


class Own:
    def __add__(self, other):
        return self


def rounds(function, x, times):
    late = 0
    for _ in range(times):
        log = []
        values = list(function(log, x))
        late += log != ["gone"] or len(values) != 6
    return late


def main():
    for k in range(40):
        names = {"Held": Held}
        exec(SOURCE.format(k=k), names)
        print(k, [rounds(names[f"generate{k}"], x, 1000) for x in (1, 2.5, "s", Own())])


main()

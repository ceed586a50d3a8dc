"""Generator expressions given to any, sum, list, join ... at once: neither function, generator nor frame need exist; what is left when something looks."""

import gc
import sys
import traceback

from _show import while_interrupted


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


class Odd:
    """Compares, adds and is true by Python code."""

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print("truth of", self.value, sys._getframe(1).f_code.co_name)
        return bool(self.value)

    def __radd__(self, other):
        print("adding", other, sys._getframe(1).f_code.co_name)
        return self.value + other

    def __lt__(self, other):
        print("less", self.value, other.value, sys._getframe(1).f_code.co_name)
        return self.value < other.value

    __gt__ = __lt__

    def __hash__(self):
        print("hash of", self.value, sys._getframe(1).f_code.co_name)
        return hash(self.value)

    def __eq__(self, other):
        return self.value == other.value

    def __repr__(self):
        return f"Odd({self.value})"


def any_over(values, limit):
    return any(value > limit for value in values)


def all_over(values, limit):
    return all(value > limit for value in values)


def any_value(values):
    return any(value for value in values)


def sum_of(values, factor):
    return sum(value * factor for value in values)


def count_of(values, limit):
    return sum(value > limit for value in values)


def least(values):
    return min(value for value in values)


def greatest(values):
    return max(value for value in values if value != 3)


def listed(values):
    return list(value for value in values)


def tupled(values, other):
    return tuple(value + other for value in values)


def in_order(values):
    return sorted(-value for value in values)


def as_set(values):
    return set(value for value in values)


def joined(values, separator):
    return separator.join(str(value) for value in values)


def joined_plainly(values):
    return "-".join(value for value in values)


def nested(table):
    return sum(sum(cell for cell in row) for row in table), [max(cell for cell in row) for row in table]


def dividing(values):
    return sum(100 // value for value in values)


def unbound(values):
    if len(values) > 50:
        late = 1
    return any(value is late for value in values)


def computed(values):
    return sum(value for value in backwards(values))


def backwards(values):
    if values and values[-1] == "fail":
        raise ValueError(sys._getframe(1).f_lineno, sys._getframe(1).f_code.co_name)
    return values[::-1]


def handled(values):
    try:
        return sum(100 // value for value in values)
    except ZeroDivisionError as error:
        return len(traceback.extract_tb(error.__traceback__)), error.__traceback__.tb_next.tb_frame.f_locals["value"]


def replaced(values):
    sum = max
    return sum(value for value in values)


FUNCTIONS = [any_value, least, greatest, listed, in_order, as_set, nested, dividing, unbound, computed, handled, replaced, joined_plainly]
WITH_MORE = [any_over, all_over, sum_of, count_of, tupled, joined]


def shown(function, *arguments):
    try:
        result = function(*arguments)
        return repr(result), sys.getsizeof(result), sys.getrefcount(result) < 100
    except Exception as error:
        frames = []
        tb = error.__traceback__.tb_next
        while tb is not None:
            frames.append((tb.tb_frame.f_code.co_name, tb.tb_lineno, sorted(tb.tb_frame.f_locals)))
            tb = tb.tb_next
        return repr(error), repr(error.__context__), frames


def ordinary():
    for i in range(45):
        values = [(x * 7) % 11 for x in range(i % 12)]
        row = [shown(function, [values, values] if function is nested else [str(x) for x in values] if function is joined_plainly else values) for function in FUNCTIONS]
        row += [shown(function, values, "," if function is joined else i % 5) for function in WITH_MORE]
        if i % 9 == 0 or i > 42:
            print(i, *row, sep="\n    ")


def other_types():
    cases = (
        [1.5, 2, 3], [0.0, -0.0], [2**70, -(2**69)], [2**62, 2**62, 2**62], [True, False, 4], ["a", "b"], "xyz", (4, 2, 9), {5: 1, 2: 2},
        [None, 1], [], range(6), iter([1, 2, 3]), [Odd(1), Odd(0)], [Odd(0), Odd(2)], [Loud("l")], [[], [1]], [(), (0,)], 5, [1, "x"], ["x", 1], [1000, 1000.0], [300, 700],
    )  # fmt: skip
    for values in cases:
        for function in FUNCTIONS:
            print(function.__name__, shown(function, values))
        for function in WITH_MORE:
            print(function.__name__, shown(function, values, ", " if function is joined else 1))
    numbers = [1000 + i for i in range(5)]
    print(least(numbers) is numbers[0], greatest(numbers) is numbers[4], greatest([5.5, 7.5]))


def sizes():
    for n in range(40):
        print(sys.getsizeof(list(x for x in range(n))), sys.getsizeof(sorted(x for x in range(n))), sys.getsizeof(tuple(x for x in range(n))), end=" ")
    print()


def early_ends():
    """What a generator still holds when any() has its answer."""
    for i in range(12):
        source = [Loud(f"{i}.{k}") for k in range(3)]
        iterator = iter(source)
        print(any(one.name.endswith("1") for one in iterator), next(iterator).name)
        del source
    for i in range(8):
        print(sum(len(one.name) for one in [Loud("a"), Loud("bb")]), all(len(one.name) < 2 for one in [Loud("c"), Loud("dd"), Loud("e")]))


def in_handlers():
    for i in range(12):
        try:
            1 // 0
        except ZeroDivisionError:
            print(shown(dividing, [1, 0] if i > 9 else [1, 2]), any(sys.exc_info()[0] is None for _ in range(2)))
        try:
            print(sum(raises(x) for x in range(i)))
        except (StopIteration, RuntimeError) as error:
            print(repr(error), repr(error.__cause__))


def raises(x):
    if x == 10:
        raise StopIteration(x)
    return x


class Table:
    def __init__(self, rows):
        self.rows = rows

    def total(self):
        return sum(cell for row in self.rows for cell in row)

    def has(self, wanted):
        return any(cell == wanted for row in self.rows for cell in row)

    def text(self):
        return "\n".join(" ".join("%3d" % cell for cell in row) for row in self.rows)


def many_shapes(table):
    """So many ways lead to the inner loop that what is known of them is joined; on some of them there is no best value yet."""
    return max(z for row in table if row for y in row if y > 2 for z in (y, y + 1, y + 2) if z != 5 if z != 7)


def joined_shapes():
    for i in range(40):
        tables = [[[]], [[1, 2], [3]], [[1], [], [2, 5, 1], [5]], [[0, 9]], [[3, 4, 5, 6], [1], [8, 2]], []]
        row = [shown(many_shapes, table) for table in tables[i % 3 :]]
    print(row)


def interrupted(rounds):
    assert sum_of(range(3000), rounds % 3) == sum(range(3000)) * (rounds % 3)
    assert not any_over(range(2000), 5000)


def traced():
    events = []

    def tracer(frame, event, argument):
        if frame.f_code.co_name in ("sum_of", "<genexpr>"):
            events.append((frame.f_code.co_name, event, frame.f_lineno))
        return tracer

    sys.settrace(tracer)
    sum_of([1, 2], 3)
    sys.settrace(None)
    print(events)


ordinary()
sizes()
early_ends()
in_handlers()
for _ in range(20):
    table = Table([[1, 2], [3, 40]])
    print(table.total(), table.has(40), table.has(41), table.text())
other_types()
joined_shapes()
traced()
ordinary()
gc.collect()
while_interrupted(interrupted)

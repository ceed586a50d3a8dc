"""Functions that other functions make anew each time they run: closures, lambdas, helpers, callbacks; also where their code, cells or lives change."""

import gc
import sys
import traceback
import types


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        died.append(self.name)


died = []


def added(n):
    k = 3

    def add(x):
        return x + k

    total = 0
    for i in range(n):
        total = int(add(total)) & 1023
        if i == n - 5:
            k = 7.5
    return total


def counted(n):
    count = 0

    def one(by, *, times=1):
        nonlocal count
        count += by * times

    def two(by=2):
        one(by)
        return count

    for i in range(n):
        one(i, times=2)
        two()
        two(by=i)
    return count


def chosen(n):
    ways = [lambda x: x + 1, lambda x: x * 2, lambda x, y=3: x - y]
    total = 0
    for i in range(n):
        total += ways[i % 3](i)
    one = ways[1]
    for i in range(n):
        total += one(i)
    return total


def apply(function, n):
    total = 0
    for i in range(n):
        total += function(i)
    return total


def passed(n):
    def first(x):
        return x + n

    def second(x):
        return x * n

    return apply(first, n) + apply(second, n) + apply(lambda x: -x, n) + apply(abs, n)


def depth_first(graph):
    seen, order = set(), []

    def visit(node):
        if node in seen:
            return 0
        seen.add(node)
        below = 0
        for other in graph[node]:
            below = max(below, visit(other))
        order.append(node)
        return below + 1

    return [visit(node) for node in graph], order


def fibs(n):
    def fib(k):
        return k if k < 2 else fib(k - 1) + fib(k - 2)

    return fib(n)


def raised(n):
    caught = []

    def divide(x):
        return 12 // (x % 4)

    for i in range(n):
        try:
            divide(i)
        except ZeroDivisionError as error:
            entry = error.__traceback__
            names = []
            while entry is not None:
                names.append((entry.tb_frame.f_code.co_name, entry.tb_lineno - entry.tb_frame.f_code.co_firstlineno, entry.tb_lasti))
                entry = entry.tb_next
            caught.append(names)
    return caught[0], caught[-1], len(caught)


def sizes(n):
    def grown(x):
        return x * x + big

    big = 5
    for i in range(n):
        if i == n - 3:
            big = 1 << 70
        result = grown(i)
    return result


def looked(n):
    def look(x):
        if x == n - 2:
            frame = sys._getframe()
            frames.append((frame.f_code.co_name, frame.f_locals["x"], frame.f_back.f_code.co_name, frame.f_back.f_locals["i"], frame.f_lineno - frame.f_code.co_firstlineno))
        return x

    frames = []
    for i in range(n):
        look(i)
    return frames


def references(n):
    def count(x, function):
        if x == n + 998:
            found.append((sys.getrefcount(x), function is count))
        return x

    found = []
    for i in range(n):
        count(i + 1000, count)
    return found


def dying(n):
    died.clear()
    holder = []

    def make(i):
        loud = Loud(i)

        def f(x):
            if x == 7:
                holder.clear()  # nobody but the call holds the function now
                gone = list(died)
                return gone, loud.name
            return loud.name

        return f

    results = []
    for i in range(n):
        holder.append(make(i))
        results.append(holder[-1](i % 10))
        if not i % 4:
            holder.clear()
    holder.clear()
    return results[7], results[17], results[-1], died[:6], len(died)


def arguments_die(n):
    died.clear()

    def drop(thing, x):
        if x > n - 4:
            del thing
            return list(died)
        return x

    return [drop(Loud(i), i) for i in range(n)][-3:], len(died)


def replaced(n):
    def f(x):
        return x + 1

    def g(x):
        return x + 100

    total = []
    for i in range(n):
        if i == n - 4:
            f.__code__ = g.__code__
        total.append(f(i))
    return total[0], total[-5:]


def other_globals(n):
    def f(x):
        return x + len("abc")

    twins = [f, types.FunctionType(f.__code__, {"len": lambda text: 1000}), types.FunctionType(f.__code__, {"len": lambda text: 0.5}, "twin")]
    return [twins[0](i) for i in range(n)][-1], [twins[(i > n - 4) + (i > n - 2)](i) for i in range(n)][-5:]


def defaults(n):
    def f(x, y=2, z=3):
        return x + y * z

    total = 0
    for i in range(n):
        total += f(i) + f(i, 1) + f(i, z=5) + f(x=i, y=0)
        if i == n - 3:
            f.__defaults__ = (7, 8)
    return total


def wrong(n):
    def f(x, y):
        return x + y

    texts = []
    for i in range(n):
        try:
            f(i, i) if i < n - 3 else f(i) if i < n - 2 else f(i, 1, z=2) if i < n - 1 else f(i, "a")
        except TypeError as error:
            texts.append(str(error))
    return texts


def adder(k):
    return lambda x: x + k


def made(n):
    makers = [adder(k) for k in range(5)]
    total = 0
    for i in range(n):
        for f in makers:
            total = f(total) % 997
        total = adder(i)(total) % 991
    return total


def local_class(n):
    class Point:
        def __init__(self, x):
            self.x = x

        def plus(self, other):
            return Point(self.x + other.x)

        @property
        def twice(self):
            return self.x * 2

    point = Point(0)
    for i in range(n):
        point = point.plus(Point(i))
    return point.x, point.twice


def generators(n):
    def numbers(k):
        for i in range(k):
            yield i * n

    def chain(*sources):
        for source in sources:
            yield from source

    return sum(numbers(n)) + sum(chain(numbers(3), numbers(n)))


def traced(function, x):
    events = []

    def tracer(frame, event, argument):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    sys.settrace(tracer)
    try:
        function(x)
    finally:
        sys.settrace(None)
    return events[:3], len(events), events[-2:]


graph = {i: [(i * 7 + k) % 23 for k in range(3)] for i in range(23)}
for turn in range(30):
    results = [added(40), counted(30), chosen(30), passed(30), depth_first(graph), fibs(11), raised(24), sizes(30), looked(30), references(30)]
    results += [dying(20), arguments_die(20), replaced(20), other_globals(20), defaults(20), wrong(20), made(20), local_class(20), generators(12)]
    if turn in (0, 29):
        for result in results:
            print(result)
print([traced(function, 4) for function in (added, counted, passed, made)])


def limited(n):
    def down(k):
        return down(k + 1) + 1

    try:
        down(0)
    except RecursionError as error:
        levels, entry = 0, error.__traceback__
        while entry is not None:
            levels, entry = levels + 1, entry.tb_next
        return levels, str(error)


for limit in (100, 101, 150):
    sys.setrecursionlimit(limit)
    print(limit, limited(0))
sys.setrecursionlimit(1000)
try:
    apply(adder("a"), 3)
except TypeError:
    traceback.print_exc(file=sys.stdout)
gc.collect()
print(len(died))

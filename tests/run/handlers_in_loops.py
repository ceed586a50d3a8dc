"""Handlers that run often, with unboxed locals alive where something raises."""

import sys


class Noisy:
    """Says when it dies."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, sys.exc_info()[0])


def parse(items):
    total, bad, scale = 0, 0, 0.5
    for item in items:
        try:
            total += int(item)
        except ValueError:
            bad += 1
        scale *= 1.0001
    return total, bad, round(scale, 6)


def lookup(table, keys):
    found = missing = 0
    text = ""
    for key in keys:
        try:
            found += table[key]
        except KeyError as error:
            missing += 1
            text = f"{error!r} {error.__traceback__.tb_lineno - lookup.__code__.co_firstlineno} {error.__context__!r}"
        except TypeError as error:
            text = str(error)
            missing += 100
    return found, missing, text


def indices(values, n):
    i = total = 0
    while True:
        i += 1
        try:
            total += values[i * 3 % n]
        except IndexError:
            total -= 1
            if i > 400:
                break
        if i > 500:
            return "returned", total
    return "broke", total, i


def attributes(objects):
    count = 0
    for number, one in enumerate(objects):
        try:
            count += one.size * number
        except AttributeError as error:
            count -= len(error.args[0])
            assert error.name == "size" and error.obj is one
    return count


def drain(iterator):
    count = 0
    while True:
        try:
            value = next(iterator)
        except StopIteration as stop:
            return count, stop.value
        count += value


def source(n):
    for i in range(n):
        yield i
    return "end"


def divide(numbers, divisor):
    result = 0
    for number in numbers:
        try:
            result += number // (number % divisor)
        except ZeroDivisionError:
            result += 1000
            continue
        else:
            result += 1
        finally:
            result ^= number
    return result


def raw_state(n):
    """Ints, floats and bools unboxed when the call raises; the handler changes some of them."""
    a, b, c, flag, last = 1, 2.0, 10**12, False, None
    for i in range(n):
        a = (a * 7 + i) % 1000003
        b = b * 0.5 + i
        flag = a % 3 == 0
        c += a
        same = c
        try:
            check(i, flag)
        except LookupError as error:
            last = error
            b += a
            assert same is c
            flag = not flag
            a += error.args[0] + flag
        c -= i
    return a, b, c, flag, type(last).__name__


def check(i, flag):
    if i % 5 == 2:
        raise KeyError(i)
    if flag and i % 7 == 3:
        raise IndexError(i * 2)


def identity(values):
    """An object caught is the one raised, a value raised along is the one that was there."""
    right = 0
    for value in values:
        big = value * 1000
        try:
            raise ValueError(big)
        except ValueError as error:
            if error.args[0] is big:
                right += 1
    return right


def deaths(n):
    for i in range(n):
        one = Noisy(f"local {i}")
        try:
            two = Noisy(f"argument {i}")
            [Noisy(f"item {i}"), fail(two)]
        except RuntimeError:
            print("caught", i)
        one = None


def fail(argument):
    kept = Noisy("kept in the frame of fail")
    raise RuntimeError(argument)


def quiet_deaths(n):
    n_caught = 0
    for i in range(n):
        try:
            fail_quietly(i)
        except RuntimeError as error:
            n_caught += error.__traceback__.tb_next.tb_frame.f_locals["argument"]
    return n_caught


def fail_quietly(argument):
    raise RuntimeError(argument)


def unbound(n):
    """A name that is bound in some turns only, deleted by the end of the handler."""
    seen = []
    for i in range(n):
        try:
            if i % 3 == 1:
                e = i
            if i % 4 == 0:
                raise OSError(i)
        except OSError as e:
            seen.append(type(e))
        try:
            seen.append(e)
            del e
        except UnboundLocalError as error:
            seen.append(str(error))
    return seen[-9:], len(seen)


class Sized:
    size = 3


for round_ in range(3):
    print(parse(["1", "x", "3", "", "12"] * 60))
    print(lookup({"a": 1, "b": 2}, ["a", "c", "b", [], "d"] * 50))
    print(indices([1, 2, 3, 4], 5), indices([1, 2, 3, 4], 4))
    print(attributes([Sized(), 1, "x", Sized(), None] * 40))
    print(drain(source(50)), [drain(source(3)) for _ in range(40)][-1])
    print(divide(range(200), 3))
    print(raw_state(300))
    print(identity(range(100)))
    print(quiet_deaths(100))
    print(unbound(60))
deaths(20)
print(sys.exc_info())

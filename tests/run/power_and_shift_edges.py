"""** and shifts at their edges: zero, negative exponents, huge counts, floats, complex results, pow with modulus."""

from _show import attempt, drive, fresh


def power(a, b):
    return a**b


def shift_left(a, b):
    return a << b


def shift_right(a, b):
    return a >> b


def modular(a, b):
    return pow(a, b, 7)


def squares(a, b):
    return a**2, a**0, a**1, a**-1, 2**b, (-1) ** b, 0**b


def bytes_of(a, b):
    return [a >> shift & 255 for shift in range(0, 72, 8)]


INTS = [0, 1, -1, 2, -2, 10, 62, 63, 64, 65, 2**31, 2**63 - 1, -(2**63), 2**64]
for function in (power, shift_left, shift_right, modular):
    subject = fresh(function)
    for a in INTS:
        for b in (0, 1, -1, 2, 3, 31, 32, 62, 63, 64, 100):
            text = attempt(subject, a, b)
            print(function.__name__, a, b, text.splitlines()[-1][:90])
print(attempt(fresh(shift_right), 5, 2**64), attempt(fresh(shift_right), -5, 2**64), attempt(fresh(shift_left), 0, 2**64))
print(attempt(fresh(shift_left), 1, 2**70).splitlines()[-1])
drive(power, (2, 3), (2.0, 3), (-8, 1 / 3), (0.0, -1), (0, -1), (10, 400), (10.0, 400), (2, True), (1j, 2), ("a", 2), orders=4)
FLOATS = [0.5, 2.0, 10.0, 1.0, 1e-200, 1e200, 5e-324, 1.7976931348623157e308, 0.0, -0.0, -2.0, float("inf"), float("-inf"), float("nan")]
subject = fresh(power)
for a in FLOATS:
    for b in (0.0, 1.0, -1.0, 0.5, -1.5, 2.0, 3.0, 308.9, -308.0, -400.0, 1022.0, 1073.5, 1074.0, -1074.0, -1075.0, 1e300, float("inf"), float("-inf"), float("nan")):
        print(a, b, attempt(subject, a, b).splitlines()[-1][:90])
drive(squares, (3, 2), (0, 2), (0, -1), (1.5, 0.5), (2**40, 3), (-2.0, 3), orders=2)
drive(bytes_of, (0x1122334455667788, 0), (-1, 0), (2**70 + 5, 0), (True, 0), (1.5, 0))

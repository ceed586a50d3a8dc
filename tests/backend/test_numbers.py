"""Raw ints and floats compute as Python does, or exit."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("llvmlite")
from machine import Operation

MIN, MAX = -(2**63), 2**63 - 1
INTS = [0, 1, -1, 2, -2, 3, -3, 7, -7, 10, -10, 64, 2**31, -(2**31), 2**53, 2**53 + 1, 2**62, MAX - 1, MAX, MIN, MIN + 1]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e300, 5e-324, 2.0**62, -(2.0**62), 2.0**61, math.inf, -math.inf, math.nan]


def python_int(function: Callable[..., int], *arguments: int) -> int | str:
    """What the op should do: the value, or the reason of its exit."""
    try:
        result = function(*arguments)
    except ZeroDivisionError:
        return "division_by_zero"
    return result if MIN <= result <= MAX else "overflow"


@pytest.mark.parametrize("name", ["add", "sub", "mul", "floordiv", "mod", "and", "or", "xor"])
def test_int_pairs(name: str) -> None:
    function = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))
    op = Operation(f"i64_{name}", "i64 i64", "i64", state="" if name in ("and", "or", "xor") else "{at 10}")
    for x in INTS:
        for y in INTS:
            want = python_int(function, x, y)
            if name == "mod" and (x, y) == (MIN, -1):
                want = "overflow"
            assert op(x, y) == want, (x, y)


@pytest.mark.parametrize("name", ["floordiv", "mod"])
@pytest.mark.parametrize("divisor", [1, 2, 8, 2**62, 3, 10, -1, -2, -7, 1000003, 0, MIN])
def test_division_by_constants(name: str, divisor: int) -> None:
    op = Operation(f"i64_{name}", "i64 i64", "i64", constants={1: divisor})
    for x in INTS:
        want = python_int(getattr(operator, name), x, divisor)
        if name == "mod" and (x, divisor) == (MIN, -1):
            want = "overflow"
        assert op(x, 0) == want, x


@pytest.mark.parametrize("limit", [0, 10, 2**61])
def test_within(limit: int) -> None:
    op = Operation("i64_within", "i64", "i1", state="", attrs=f"limit={limit}")
    for x in [*INTS, limit, -limit, limit + 1, -limit - 1]:
        assert op(x) == (abs(x) <= limit), x


SHIFTS = [0, 1, 2, 31, 61, 62, 63, 64, 65, 1000, 2**40, MAX, -1, MIN]


def test_shifts() -> None:
    left = Operation("i64_shl", "i64 i64", "i64")
    right = Operation("i64_shr", "i64 i64", "i64")
    for x in INTS:
        for y in SHIFTS:
            want_left = x << y if 0 <= y <= 62 else MAX + 1
            assert left(x, y) == (want_left if MIN <= want_left <= MAX else "overflow"), (x, y)
            assert right(x, y) == (x >> min(y, 64) if y >= 0 else "overflow"), (x, y)


@pytest.mark.parametrize("amount", SHIFTS)
def test_shifts_by_constants(amount: int) -> None:
    right = Operation("i64_shr", "i64 i64", "i64", constants={1: amount})
    left = Operation("i64_shl", "i64 i64", "i64", constants={1: amount})
    for x in INTS:
        assert right(x, 0) == (x >> min(amount, 64) if amount >= 0 else "overflow"), x
        want = x << amount if 0 <= amount <= 62 else MAX + 1
        assert left(x, 0) == (want if MIN <= want <= MAX else "overflow"), x


def test_int_single() -> None:
    negate = Operation("i64_neg", "i64", "i64")
    invert = Operation("i64_invert", "i64", "i64", state="")
    to_float = Operation("i64_to_f64", "i64", "f64", state="")
    for x in INTS:
        assert negate(x) == (-x if x != MIN else "overflow")
        assert invert(x) == ~x
        assert to_float(x) == float(x)


def test_int_truediv() -> None:
    op = Operation("i64_truediv", "i64 i64", "f64")
    for x in INTS:
        for y in INTS:
            got = op(x, y)
            if y == 0:
                assert got == "division_by_zero"
            elif abs(x) > 2**53 or abs(y) > 2**53:
                assert got == "overflow"
            else:
                assert repr(got) == repr(x / y)


PREDICATES = {"<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge}


@pytest.mark.parametrize("predicate", PREDICATES)
def test_compare(predicate: str) -> None:
    ints = Operation("i64_compare", "i64 i64", "i1", attrs=f"pred='{predicate}'", state="")
    floats = Operation("f64_compare", "f64 f64", "i1", attrs=f"pred='{predicate}'", state="")
    for x in INTS:
        for y in INTS:
            assert ints(x, y) == PREDICATES[predicate](x, y)
    for a in FLOATS:
        for b in FLOATS:
            assert floats(a, b) == PREDICATES[predicate](a, b), (a, b)


def same(a: Any, b: Any) -> bool:
    """Equal to the bit, any nan for any nan."""
    return repr(a) == repr(b)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv"])
def test_float_pairs(name: str) -> None:
    op = Operation(f"f64_{name}", "f64 f64", "f64", state="{at 10}" if name == "truediv" else "")
    for x in FLOATS:
        for y in FLOATS:
            if name == "truediv" and y == 0:
                assert op(x, y) == "division_by_zero"
            else:
                assert same(op(x, y), getattr(operator, name)(x, y)), (x, y)


def test_float_single() -> None:
    negate = Operation("f64_neg", "f64", "f64", state="")
    absolute = Operation("f64_abs", "f64", "f64", state="")
    root = Operation("f64_sqrt", "f64", "f64", state="")
    finite = Operation("f64_is_finite", "f64", "i1", state="")
    truncate = Operation("f64_to_i64", "f64", "i64")
    cosine = Operation("f64_libm", "f64", "f64", attrs="name='cos'", state="")
    for x in FLOATS:
        assert same(negate(x), -x)
        assert same(absolute(x), abs(x))
        if not x < 0:
            assert same(root(x), math.sqrt(x))
        assert finite(x) == math.isfinite(x)
        assert truncate(x) == (int(x) if abs(x) < 2**62 else "overflow")
        if math.isfinite(x):
            assert same(cosine(x), math.cos(x))


def test_literals() -> None:
    for x in FLOATS:
        op = Operation("f64_neg", "f64", "f64", constants={0: x}, state="")
        assert same(op(1.0), -x)


def test_truth_values() -> None:
    for x in (0, 1):
        select = Operation("select_i64", "i1 i64 i64", "i64", constants={0: bool(x)}, state="")
        assert select(0, 5, 6) == (5 if x else 6)


def test_index() -> None:
    op = Operation("index", "i64 i64", "i64")
    for length in (0, 1, 5):
        for x in (0, 1, 4, 5, -1, -5, -6, MAX, MIN):
            want = x + length if -length <= x < 0 else x if 0 <= x < length else "index_out_of_range"
            assert op(x, length) == want, (x, length)
    for constant in (0, 3, -1):
        op = Operation("index", "i64 i64", "i64", constants={0: constant})
        for length in (0, 1, 5):
            want = constant + length if -length <= constant < 0 else constant if 0 <= constant < length else "index_out_of_range"
            assert op(0, length) == want, (constant, length)


def test_stress_fails_sometimes() -> None:
    op = Operation("i64_add", "i64 i64", "i64", stress_seed=3)
    results = [op(1, 2) for _ in range(3000)]
    assert set(results) == {3, "stress"}
    assert results.count(3) > 1500
    again = Operation("i64_add", "i64 i64", "i64", stress_seed=3)
    assert [again(1, 2) for _ in range(3000)] == results

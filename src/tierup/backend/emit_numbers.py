"""Emitters of constants, truth values, raw ints and raw floats."""

from __future__ import annotations

from tierup.backend.builder import LLVM_TYPES, Builder, float_literal
from tierup.backend.emitters import Context, emits, state_of
from tierup.ir.graph import Instr

INT_MIN = -(2**63)
EXACT = 2**53
"""Ints up to here are floats without rounding."""

INT_PREDICATES = {"<": "slt", "<=": "sle", "==": "eq", "!=": "ne", ">": "sgt", ">=": "sge"}
FLOAT_PREDICATES = {"<": "olt", "<=": "ole", "==": "oeq", "!=": "une", ">": "ogt", ">=": "oge"}
INFINITY = float_literal(float("inf"))


def known(operand: str) -> int | None:
    """The value of an operand that is a literal."""
    return None if operand.startswith("%") else int(operand)


# constants


@emits("const_i64")
def const_i64(c: Context, i: Instr) -> str:
    return str(i.attrs["value"])


@emits("const_f64")
def const_f64(c: Context, i: Instr) -> str:
    return float_literal(i.attrs["value"])


@emits("const_i1")
def const_i1(c: Context, i: Instr) -> str:
    return "true" if i.attrs["value"] else "false"


@emits("null")
def null(c: Context, i: Instr) -> str:
    return "null"


# truth values


@emits("not")
def not_(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"xor i1 {x}, true")


@emits("and_i1")
def and_i1(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"and i1 {x}, {y}")


@emits("or_i1")
def or_i1(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"or i1 {x}, {y}")


@emits("select_i64", "select_f64")
def select(c: Context, i: Instr, condition: str, x: str, y: str) -> str:
    type_ = LLVM_TYPES[i.op[7:]]
    return c.b.op(f"select i1 {condition}, {type_} {x}, {type_} {y}")


@emits("i1_to_i64")
def i1_to_i64(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"zext i1 {x} to i64")


@emits("is_obj_true")
def is_obj_true(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp eq ptr {x}, {c.b.symbol('_Py_TrueStruct')}")


@emits("is_obj_false")
def is_obj_false(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp eq ptr {x}, {c.b.symbol('_Py_FalseStruct')}")


@emits("box_i1")
def box_i1(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"select i1 {x}, ptr {c.b.symbol('_Py_TrueStruct')}, ptr {c.b.symbol('_Py_FalseStruct')}")


# ints


def checked(c: Context, i: Instr, intrinsic: str, x: str, y: str) -> str:
    """An operation of LLVM that also says whether it overflowed."""
    name = f"llvm.{intrinsic}.with.overflow.i64"
    pair = c.b.op(f"{c.b.intrinsic(name, '{ i64, i1 } (i64, i64)')}(i64 {x}, i64 {y})")
    c.fails(c.b.op(f"extractvalue {{ i64, i1 }} {pair}, 1"), "overflow", i)
    return c.b.op(f"extractvalue {{ i64, i1 }} {pair}, 0")


@emits("i64_add", "i64_sub", "i64_mul")
def i64_checked(c: Context, i: Instr, x: str, y: str) -> str:
    return checked(c, i, "s" + i.op[4:], x, y)


@emits("i64_neg")
def i64_neg(c: Context, i: Instr, x: str) -> str:
    return checked(c, i, "ssub", "0", x)


@emits("i64_add_wrap", "i64_sub_wrap")
def i64_wrap(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"{i.op[4:7]} i64 {x}, {y}")


@emits("i64_and", "i64_or", "i64_xor")
def i64_bitwise(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"{i.op[4:]} i64 {x}, {y}")


@emits("i64_invert")
def i64_invert(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"xor i64 {x}, -1")


def check_division(c: Context, i: Instr, x: str, y: str) -> None:
    """Exits for what the machine's division can't do: by zero, and the least int by -1."""
    divisor = known(y)
    if divisor is None or divisor == 0:
        c.guard(c.b.op(f"icmp ne i64 {y}, 0"), "division_by_zero", i)
    if divisor is None or divisor == -1:
        least = c.b.op(f"icmp eq i64 {x}, {INT_MIN}")
        c.fails(c.b.op(f"and i1 {least}, {c.b.op(f'icmp eq i64 {y}, -1')}"), "overflow", i)


def is_power_of_two(operand: str) -> bool:
    value = known(operand)
    return value is not None and value > 0 and value & (value - 1) == 0


def differing_signs(b: Builder, remainder: str, divisor: str) -> str:
    """The remainder is not 0 and has the other sign: Python rounds down where the machine rounds to 0."""
    signs = b.op(f"icmp slt i64 {b.op(f'xor i64 {remainder}, {divisor}')}, 0")
    return b.op(f"and i1 {b.op(f'icmp ne i64 {remainder}, 0')}, {signs}")


@emits("i64_floordiv")
def i64_floordiv(c: Context, i: Instr, x: str, y: str) -> str:
    if is_power_of_two(y):
        return c.b.op(f"ashr i64 {x}, {int(y).bit_length() - 1}")
    check_division(c, i, x, y)
    quotient = c.b.op(f"sdiv i64 {x}, {y}")
    remainder = c.b.op(f"srem i64 {x}, {y}")
    return c.b.op(f"sub i64 {quotient}, {c.b.op(f'zext i1 {differing_signs(c.b, remainder, y)} to i64')}")


@emits("i64_mod")
def i64_mod(c: Context, i: Instr, x: str, y: str) -> str:
    if is_power_of_two(y):
        return c.b.op(f"and i64 {x}, {int(y) - 1}")
    check_division(c, i, x, y)
    remainder = c.b.op(f"srem i64 {x}, {y}")
    return c.b.op(f"add i64 {remainder}, {c.b.op(f'select i1 {differing_signs(c.b, remainder, y)}, i64 {y}, i64 0')}")


@emits("i64_shl")
def i64_shl(c: Context, i: Instr, x: str, y: str) -> str:
    amount = c.b.op(f"and i64 {y}, 63")
    result = c.b.op(f"shl i64 {x}, {amount}")
    kept = c.b.op(f"icmp eq i64 {c.b.op(f'ashr i64 {result}, {amount}')}, {x}")
    c.guard(c.b.op(f"and i1 {kept}, {c.b.op(f'icmp ule i64 {y}, 62')}"), "overflow", i)
    return result


@emits("i64_shr")
def i64_shr(c: Context, i: Instr, x: str, y: str) -> str:
    amount = known(y)
    if amount is not None and amount >= 0:
        return c.b.op(f"ashr i64 {x}, {min(amount, 63)}")
    c.guard(c.b.op(f"icmp sge i64 {y}, 0"), "overflow", i)
    within = c.b.op(f"icmp ult i64 {y}, 63")
    return c.b.op(f"ashr i64 {x}, {c.b.op(f'select i1 {within}, i64 {y}, i64 63')}")


def check_exact(c: Context, i: Instr, operand: str) -> None:
    """Exits unless the int is exactly a float."""
    value = known(operand)
    if value is None or abs(value) > EXACT:
        shifted = c.b.op(f"add i64 {operand}, {EXACT}")
        c.guard(c.b.op(f"icmp ule i64 {shifted}, {2 * EXACT}"), "overflow", i)


@emits("i64_truediv")
def i64_truediv(c: Context, i: Instr, x: str, y: str) -> str:
    if known(y) in (None, 0):
        c.guard(c.b.op(f"icmp ne i64 {y}, 0"), "division_by_zero", i)
    check_exact(c, i, x)
    check_exact(c, i, y)
    return c.b.op(f"fdiv double {c.b.op(f'sitofp i64 {x} to double')}, {c.b.op(f'sitofp i64 {y} to double')}")


@emits("i64_compare")
def i64_compare(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"icmp {INT_PREDICATES[i.attrs['pred']]} i64 {x}, {y}")


@emits("i64_within")
def i64_within(c: Context, i: Instr, x: str) -> str:
    limit = i.attrs["limit"]
    return c.b.op(f"icmp ule i64 {c.b.op(f'add i64 {x}, {limit}')}, {2 * limit}")


@emits("i64_to_f64")
def i64_to_f64(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"sitofp i64 {x} to double")


@emits("box_i64", "box_f64")
def box(c: Context, i: Instr, x: str) -> str:
    state = state_of(i)
    return c.exits.box_raw(i.args[0].repr, x, c.exits.raise_label(state, c.b.position == state.offset))


@emits("reuse_f64")
def reuse_f64(c: Context, i: Instr, x: str, number: str) -> str:
    b, state = c.b, state_of(i)
    mine, other, done = b.new_label("mine"), b.new_label("other"), b.new_label("reused")
    b.branch(b.op(f"icmp eq i64 {b.field('i64', x, 'PyObject.ob_refcnt')}, 1"), mine, other)
    b.open(mine)
    b.set_field("double", number, x, "PyFloatObject.ob_fval")
    b.incref(x)
    b.jump(done)
    b.open(other)
    new = c.exits.box_raw("f64", number, c.exits.raise_label(state, b.position == state.offset))
    other = b.label
    b.jump(done)
    b.open(done)
    return b.phi("ptr", (x, mine), (new, other))


@emits("int_fits")
def int_fits(c: Context, i: Instr, x: str) -> str:
    size = c.b.field("i64", x, "PyVarObject.ob_size")
    return c.b.op(f"icmp ule i64 {c.b.op(f'add i64 {size}, 2')}, 4")


@emits("int_value")
def int_value(c: Context, i: Instr, x: str) -> str:
    """One digit (or none: times 0) as a product; the second digit is only there to be read if the size says so."""
    b = c.b
    size = b.field("i64", x, "PyVarObject.ob_size")
    low = b.op(f"zext i32 {b.field('i32', x, 'PyLongObject.ob_digit')} to i64")
    one, two, done = b.new_label("one"), b.new_label("two"), b.new_label("value")
    b.branch(b.op(f"icmp ule i64 {b.op(f'add i64 {size}, 1')}, 2"), one, two, likely=True)
    b.open(one)
    small = b.op(f"mul nsw i64 {low}, {size}")
    b.jump(done)
    b.open(two)
    address = b.address(x, b.layout["PyLongObject.ob_digit"] + b.layout["sizeof.digit"])
    high = b.op(f"zext i32 {b.load('i32', address, 'PyLongObject.ob_digit')} to i64")
    shift = b.layout["PyLong_SHIFT"]
    both = b.op(f"or i64 {b.op(f'shl i64 {high}, {shift}')}, {low}")
    large = b.op(f"select i1 {b.op(f'icmp slt i64 {size}, 0')}, i64 {b.op(f'sub i64 0, {both}')}, i64 {both}")
    b.jump(done)
    b.open(done)
    return b.phi("i64", (small, one), (large, two))


# floats


@emits("float_value")
def float_value(c: Context, i: Instr, x: str) -> str:
    return c.b.field("double", x, "PyFloatObject.ob_fval")


@emits("f64_add", "f64_sub", "f64_mul")
def f64_arithmetic(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"f{i.op[4:]} double {x}, {y}")


@emits("f64_truediv")
def f64_truediv(c: Context, i: Instr, x: str, y: str) -> str:
    c.guard(c.b.op(f"fcmp une double {y}, 0.0"), "division_by_zero", i)
    return c.b.op(f"fdiv double {x}, {y}")


@emits("f64_neg")
def f64_neg(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"fneg double {x}")


@emits("f64_abs", "f64_sqrt")
def f64_intrinsic(c: Context, i: Instr, x: str) -> str:
    """Those that are one machine instruction and never a library call."""
    name = {"f64_abs": "llvm.fabs.f64", "f64_sqrt": "llvm.sqrt.f64"}[i.op]
    return c.b.op(f"{c.b.intrinsic(name, 'double (double)')}(double {x})")


@emits("f64_compare")
def f64_compare(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"fcmp {FLOAT_PREDICATES[i.attrs['pred']]} double {x}, {y}")


def magnitude_below(c: Context, x: str, limit: str) -> str:
    """|x| < limit; false for nan."""
    magnitude = c.b.op(f"{c.b.intrinsic('llvm.fabs.f64', 'double (double)')}(double {x})")
    return c.b.op(f"fcmp olt double {magnitude}, {limit}")


@emits("f64_is_finite")
def f64_is_finite(c: Context, i: Instr, x: str) -> str:
    return magnitude_below(c, x, INFINITY)


@emits("f64_to_i64")
def f64_to_i64(c: Context, i: Instr, x: str) -> str:
    c.guard(magnitude_below(c, x, float_literal(2.0**62)), "overflow", i)
    return c.b.op(f"fptosi double {x} to i64")


@emits("f64_libm")
def f64_libm(c: Context, i: Instr, x: str) -> str:
    return c.b.call("double", i.attrs["name"], f"double {x}", "#2")

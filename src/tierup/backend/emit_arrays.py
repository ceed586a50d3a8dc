"""Emitters of NumPy's scalars and of the elements of its arrays."""

from __future__ import annotations

from tierup.backend.builder import float_literal
from tierup.backend.emitters import Context, emits, state_of
from tierup.ir.graph import Instr

SMALLEST = float_literal(2.0**-1022)
"""Results below, but for 0, may have set the flag for underflow."""

INFINITY = float_literal(float("inf"))
DTYPES = {"f64": "numpy.Float64DType", "i64": "numpy.Int64DType"}


# scalars


@emits("numpy_i64", "numpy_f64", "numpy_i1", "number_i64", "number_f64", "number_i1")
def same(c: Context, i: Instr, x: str) -> str:
    return x


@emits("nf64_value")
def nf64_value(c: Context, i: Instr, x: str) -> str:
    return c.b.field("double", x, "tierup_numpy_float64.value")


@emits("ni64_value")
def ni64_value(c: Context, i: Instr, x: str) -> str:
    return c.b.field("i64", x, "tierup_numpy_int64.value")


@emits("ni1_value")
def ni1_value(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp ne i8 {c.b.field('i8', x, 'tierup_numpy_truth.value')}, 0")


@emits("box_nf64", "box_ni64")
def box(c: Context, i: Instr, x: str) -> str:
    state = state_of(i)
    return c.exits.box_raw(i.op[4:], x, c.exits.raise_label(state, c.b.position == state.offset))


@emits("box_ni1")
def box_ni1(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"select i1 {x}, ptr {c.b.symbol('numpy.True_')}, ptr {c.b.symbol('numpy.False_')}")


@emits("quiet_add", "quiet_sub", "quiet_mul", "quiet_div")
def quiet(c: Context, i: Instr, x: str, y: str) -> str:
    """No flag is set where the result is an ordinary number (of sums: where it is finite, as tiny ones are exact); so is 0 from a factor of 0.
    Others are looked at out of line.
    """
    b = c.b
    operation = i.op[6:]
    result = b.op(f"f{operation} double {x}, {y}")
    size = b.op(f"{b.intrinsic('llvm.fabs.f64', 'double (double)')}(double {result})")
    ordinary = b.op(f"fcmp olt double {size}, {INFINITY}")
    if operation in ("mul", "div"):
        ordinary = b.op(f"and i1 {ordinary}, {b.op(f'fcmp oge double {size}, {SMALLEST}')}")
    strange, done = b.new_label("strange"), b.new_label("quiet")
    b.branch(ordinary, done, strange, likely=True)
    b.open(strange)
    if operation in ("mul", "div"):
        empty, odd = b.op(f"fcmp oeq double {x}, 0.0"), b.new_label("odd")
        if operation == "mul":
            empty = b.op(f"or i1 {empty}, {b.op(f'fcmp oeq double {y}, 0.0')}")
        b.branch(b.op(f"and i1 {empty}, {b.op(f'fcmp oeq double {result}, 0.0')}"), done, odd, likely=True)
        b.open(odd)
    fine = b.call("i64", "tierup_numpy_quiet", f"double {x}, double {y}, double {result}, i64 {int(operation == 'div')}", "#2")
    c.guard(b.op(f"icmp ne i64 {fine}, 0"), "numpy_warns", i)
    b.jump(done)
    b.open(done)
    return result


# arrays


@emits("ndarray_is")
def ndarray_is(c: Context, i: Instr, x: str) -> str:
    b = c.b
    needed = flags = b.layout["TIERUP_ARRAY_ALIGNED"]
    if i.attrs["writeable"]:
        needed |= b.layout["TIERUP_ARRAY_WRITEABLE"]
        flags = needed | b.layout["TIERUP_ARRAY_WARN_ON_WRITE"]
    masked = b.op(f"and i32 {b.field('i32', x, 'tierup_ndarray.flags')}, {flags - (1 << 32) * (flags >> 31)}")
    dtype = b.field("ptr", x, "tierup_ndarray.descr")
    item = b.op(f"icmp eq ptr {b.field('ptr', dtype, 'PyObject.ob_type')}, {b.symbol(DTYPES[i.attrs['item']])}")
    order = b.op(f"icmp eq i8 {b.field('i8', dtype, 'tierup_dtype.byteorder')}, {b.layout['TIERUP_NATIVE_ORDER']}")
    fits = b.op(f"and i1 {b.op(f'icmp eq i32 {masked}, {needed}')}, {b.op(f'and i1 {item}, {order}')}")
    dimensions = b.op(f"icmp eq i32 {b.field('i32', x, 'tierup_ndarray.nd')}, {i.attrs['nd']}")
    return b.op(f"and i1 {fits}, {dimensions}")


def axis(c: Context, x: str, member: str, number: int) -> str:
    return c.b.load("i64", c.b.element(c.b.field("ptr", x, f"tierup_ndarray.{member}"), str(number), "i64"), "array shapes")


@emits("ndarray_nd")
def ndarray_nd(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"zext i32 {c.b.field('i32', x, 'tierup_ndarray.nd')} to i64")


@emits("ndarray_data")
def ndarray_data(c: Context, i: Instr, x: str) -> str:
    return c.b.field("ptr", x, "tierup_ndarray.data")


@emits("ndarray_size")
def ndarray_size(c: Context, i: Instr, x: str) -> str:
    return axis(c, x, "dimensions", i.attrs["axis"])


@emits("ndarray_stride")
def ndarray_stride(c: Context, i: Instr, x: str) -> str:
    return axis(c, x, "strides", i.attrs["axis"])


@emits("same_place")
def same_place(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"icmp eq ptr {x}, {y}")


@emits("element_step")
def element_step(c: Context, i: Instr, place: str, index: str, step: str) -> str:
    return c.b.op(f"getelementptr i8, ptr {place}, i64 {c.b.op(f'mul i64 {index}, {step}')}")


@emits("element_f64", "element_i64")
def element(c: Context, i: Instr, place: str) -> str:
    return c.b.load("double" if i.op == "element_f64" else "i64", place, "bytes")


@emits("set_element_f64", "set_element_i64")
def set_element(c: Context, i: Instr, place: str, item: str) -> None:
    c.b.store("double" if i.op == "set_element_f64" else "i64", item, place, "bytes")

"""The table of IR operations: everything true of an operation stands in its row.

`args`: representations of the operands (`obj`, `i64`, `f64`, `i1`, `ptr`; `ni64`, `nf64` and `ni1` are numbers, too, whose objects are scalars of NumPy); `*` at the end: any number of further operands of that kind.
`result`: representation, or `none`; `*`: that of the helper, or the attribute `repr`. `attrs`: names of the constant attributes. `state`: which frame state the instruction carries:
`none`; `exit` (state before the bytecode: taken when the test fails); `raise` (the bytecode is raising); `post` (state after the bytecode).
`effect`: `pure` (may be dropped, shared, moved), `reads` (memory; may be dropped), `writes`, `escapes` (may run any Python code), `control`.
Results of representation `obj` are borrowed unless `owned` is true. Printer, parser, verifier and passes are derived from this table; only emission (`backend/emit.py`) is elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

NUMPY_REPRS = ("ni64", "nf64", "ni1")
"""Numbers whose objects are numpy.int64, numpy.float64 and numpy.bool."""

REPRS = ("obj", "i64", "f64", "i1", "ptr", *NUMPY_REPRS)


class Op(NamedTuple):
    """One operation; the fields are explained in the module's docstring."""

    name: str
    args: tuple[str, ...]
    result: str
    attrs: tuple[str, ...]
    state: str
    effect: str
    owned: bool
    doc: str


def _op(name: str, args: str, result: str, doc: str, *, attrs: str = "", state: str = "none", effect: str = "pure", owned: bool = False) -> Op:
    return Op(name, tuple(args.split()), result, tuple(attrs.split()), state, effect, owned, doc)


def _arith(kind: str, names: str, state: str, doc: str) -> list[Op]:
    return [_op(f"{kind}_{name}", f"{kind} {kind}", kind, doc.format(name), state=state) for name in names.split()]


_ROWS: list[Op] = [
    # constants and pool
    _op("const_i64", "", "i64", "an integer constant", attrs="value"),
    _op("const_f64", "", "f64", "a float constant", attrs="value"),
    _op("const_i1", "", "i1", "a truth constant", attrs="value"),
    _op("null", "", "obj", "the NULL pointer"),
    _op("pool", "", "obj", "an object or address bound when the region is loaded; `spec` as in docs/design.md; never changes", attrs="spec"),
    _op("pool_i64", "", "i64", "an integer bound when the region is loaded; never changes", attrs="spec"),
    _op("cells", "", "ptr", "address of `count` mutable words of the pool, all initially 0, private to this instruction's `key`", attrs="key count"),
    # frame
    _op("frame", "", "ptr", "the interpreter frame this region runs on"),
    _op("thread", "", "ptr", "the thread state"),
    _op("resumed_at", "", "i1", "the frame stands behind the unit at `offset`, where it was suspended (resume regions only)", attrs="offset", effect="reads"),
    _op("in_namespace", "", "i1", "the frame has the globals and builtins that the region is bound to", effect="reads"),
    _op("locals_are_globals", "", "i1", "the names of the frame are the globals, as in a module", effect="reads"),
    _op("frame_is_private", "", "i1", "no frame object exists for the frame, so nobody can look at its locals later", effect="reads"),
    _op("rest_unbound", "", "none", "just before a return: slots from `count` on are NULL, so whoever releases the locals need not look at them", attrs="count", effect="writes"),
    _op("recursion_room", "", "i1", "the recursion limit leaves room for `depth` more frames", attrs="depth", effect="reads"),
    _op("load_slot", "", "obj", "localsplus[index] of the frame, may be NULL", attrs="index", effect="reads"),
    _op("store_slot", "obj", "none", "localsplus[index] = operand; takes the reference over, does not touch the old one", attrs="index", effect="writes"),
    _op("stack_array", "", "ptr", "address of `count` words of scratch memory, private to this instruction, reserved once per activation", attrs="count"),
    # references
    _op("incref", "obj", "none", "one reference more (operand not NULL)", effect="writes"),
    _op("decref", "obj", "none", "one reference less; at 0 the object is deallocated, with `offset` stored as the frame's position if `type` (an exact type's name, 'number' or 'unknown') may run code then", attrs="type offset", effect="writes"),
    _op("xdecref", "obj", "none", "decref unless NULL", attrs="type offset", effect="writes"),
    # tests
    _op("is_type", "obj", "i1", "type(x) is the type; `type` a name of ir/types.TYPE_SYMBOLS or ('object', ref)", attrs="type", effect="reads"),
    _op("is_version", "obj", "i1", "type(x)'s tp_version_tag is that of ref's type at binding", attrs="ref", effect="reads"),
    _op("class_is_version", "", "i1", "the class `ref` still has the tp_version_tag that it had at binding", attrs="ref", effect="reads"),
    _op("makes_plainly", "obj", "i1", "the class x is an instance of type itself, has the version tag that ref's had at binding, and its instances are made by object.__new__", attrs="ref", effect="reads"),
    _op("is_null", "obj", "i1", "x == NULL"),
    _op("same", "obj obj", "i1", "pointer equality"),
    _op("guard", "i1", "none", "goes on if true, else exits for `reason` (id of reasons.py)", attrs="reason", state="exit", effect="control"),
    _op("check_tracing", "", "none", "exits if a tracing or profiling tool has become active in this thread", state="exit", effect="control"),
    _op("unshow", "", "none", "the frames of inlined code that are there for others to look at go; exits for 'inlined_seen' if somebody has", state="exit", effect="escapes"),
    _op("locals_unseen", "", "i1", "nobody has asked for the f_locals of the region's frame, through which its locals can be written", effect="reads"),
    _op("global_is", "", "none", "exits unless dict `where` ('globals', 'builtins' or a pool spec) still maps `name` to `spec` (None: has no such key); one version compare when nothing changed", attrs="where name spec", state="exit", effect="control"),
    # booleans
    _op("not", "i1", "i1", "negation"),
    _op("and_i1", "i1 i1", "i1", "conjunction"),
    _op("or_i1", "i1 i1", "i1", "disjunction"),
    _op("select_i64", "i1 i64 i64", "i64", "c ? a : b"),
    _op("select_f64", "i1 f64 f64", "f64", "c ? a : b"),
    _op("i1_to_i64", "i1", "i64", "0 or 1"),
    _op("is_obj_true", "obj", "i1", "x is True"),
    _op("is_obj_false", "obj", "i1", "x is False"),
    # ints
    _op("int_fits", "obj", "i1", "exact int x has at most two digits (|x| < 2**60)", effect="reads"),
    _op("int_value", "obj", "i64", "value of an exact int for which int_fits holds", effect="reads"),
    *_arith("i64", "add sub mul", "exit", "{}, exits for 'overflow' if the result does not fit"),
    *_arith("i64", "floordiv mod", "exit", "{} as Python does it; exits for 'division_by_zero' or 'overflow'"),
    *_arith("i64", "and or xor", "none", "bitwise {}"),
    _op("i64_shl", "i64 i64", "i64", "a << b; exits for 'overflow' if b < 0, b > 62 or bits are lost", state="exit"),
    _op("i64_shr", "i64 i64", "i64", "a >> b (arithmetic, any b >= 0); exits for 'overflow' if b < 0", state="exit"),
    _op("i64_neg", "i64", "i64", "-a, exits for 'overflow'", state="exit"),
    _op("i64_invert", "i64", "i64", "~a"),
    _op("i64_truediv", "i64 i64", "f64", "a / b, correctly rounded; exits for 'division_by_zero', or for 'overflow' unless |a|, |b| <= 2**53", state="exit"),
    _op("i64_add_wrap", "i64 i64", "i64", "a + b known not to overflow"),
    _op("i64_sub_wrap", "i64 i64", "i64", "a - b known not to overflow"),
    _op("i64_compare", "i64 i64", "i1", "signed comparison; `pred` one of < <= == != > >=", attrs="pred"),
    _op("i64_within", "i64", "i1", "-limit <= a <= limit", attrs="limit"),
    _op("i64_to_f64", "i64", "f64", "float(a), rounded to nearest"),
    _op("box_i64", "i64", "obj", "an int object", effect="reads", owned=True, state="raise"),
    # floats
    _op("float_value", "obj", "f64", "value of an exact float", effect="reads"),
    *_arith("f64", "add sub mul", "none", "{} (IEEE, no contraction)"),
    _op("f64_truediv", "f64 f64", "f64", "a / b; exits for 'division_by_zero' if b == 0", state="exit"),
    _op("f64_neg", "f64", "f64", "-a"),
    _op("f64_abs", "f64", "f64", "|a|"),
    _op("f64_sqrt", "f64", "f64", "square root (a >= 0 or nan)"),
    _op("f64_compare", "f64 f64", "i1", "ordered comparison (!= unordered); `pred` one of < <= == != > >=", attrs="pred"),
    _op("f64_is_finite", "f64", "i1", "neither inf nor nan"),
    _op("f64_to_i64", "f64", "i64", "truncation; exits for 'overflow' unless |a| < 2**62 (nan: too)", state="exit"),
    _op("f64_libm", "f64", "f64", "C library function `name` of one argument (sin, cos, exp, log, ...)", attrs="name"),
    _op("box_f64", "f64", "obj", "a new float object", effect="reads", owned=True, state="raise"),
    _op("reuse_f64", "obj f64", "obj", "(x, number): a float object for the number: the exact float x, overwritten, if there is one reference to it only, which is about to go, else a new one", effect="writes", owned=True, state="raise"),
    _op("box_i1", "i1", "obj", "True or False (borrowed)"),
    # memory of known types
    _op("field_obj", "obj", "obj", "member `field` ('Struct.member' of the layout table), a PyObject *, may be NULL", attrs="field", effect="reads"),
    _op("field_i64", "obj", "i64", "member `field`, 8 bytes", attrs="field", effect="reads"),
    _op("set_field_obj", "obj obj", "none", "stores the second operand into member `field` of the first; takes it over", attrs="field", effect="writes"),
    _op("set_field_i64", "obj i64", "none", "stores 8 bytes", attrs="field", effect="writes"),
    _op("size", "obj", "i64", "ob_size of a variable-size object (list, tuple, bytes)", effect="reads"),
    _op("index", "i64 i64", "i64", "(i, length): i, or i + length if negative; exits for 'index_out_of_range' if outside", state="exit"),
    _op("plain_index", "i64 i64", "i64", "(i, length): i; exits for 'index_negative' or 'index_out_of_range' if outside of 0 to length - 1", state="exit"),
    _op("list_item", "obj i64", "obj", "item i of an exact list, 0 <= i < size", effect="reads"),
    _op("list_set", "obj i64 obj", "none", "stores item i; takes it over, does not touch the old one", effect="writes"),
    _op("list_set_f64", "obj i64 f64", "none", "item i = a float of that value; if the old item is a float that nobody else holds it is overwritten in place, else a new one is stored and the old one released at `offset`", attrs="offset", effect="writes"),
    _op("tuple_item", "obj i64", "obj", "item i of an exact tuple, 0 <= i < size", effect="reads"),
    _op("tuple_item_const", "obj", "obj", "item `index` of an exact tuple known to be long enough", attrs="index", effect="reads"),
    _op("str_len", "obj", "i64", "length of an exact str", effect="reads"),
    _op("bytes_item", "obj i64", "i64", "byte i of an exact bytes", effect="reads"),
    _op("bytearray_item", "obj i64", "i64", "byte i of an exact bytearray", effect="reads"),
    _op("bytearray_len", "obj", "i64", "length of an exact bytearray", effect="reads"),
    _op("bytearray_set", "obj i64 i64", "none", "stores byte i (0..255)", effect="writes"),
    _op("array_holds", "obj", "i1", "an exact array.array has type code `code` ('d', 'i')", attrs="code", effect="reads"),
    _op("array_get_f64", "obj i64", "f64", "item i of an array of doubles", effect="reads"),
    _op("array_set_f64", "obj i64 f64", "none", "stores item i of an array of doubles", effect="writes"),
    _op("array_get_i32", "obj i64", "i64", "item i of an array of C ints", effect="reads"),
    _op("array_set_i32", "obj i64 i64", "none", "stores item i of an array of C ints; the value fits", effect="writes"),
    # NumPy
    *[_op(f"numpy_{kind}", kind, f"n{kind}", "the same number as a scalar of NumPy") for kind in ("i64", "f64", "i1")],
    *[_op(f"number_{kind}", f"n{kind}", kind, "the number in a scalar of NumPy") for kind in ("i64", "f64", "i1")],
    _op("nf64_value", "obj", "nf64", "value of a numpy.float64", effect="reads"),
    _op("ni64_value", "obj", "ni64", "value of a numpy.int64", effect="reads"),
    _op("ni1_value", "obj", "ni1", "value of a numpy.bool", effect="reads"),
    _op("box_nf64", "nf64", "obj", "a numpy.float64", effect="reads", owned=True, state="raise"),
    _op("box_ni64", "ni64", "obj", "a numpy.int64", effect="reads", owned=True, state="raise"),
    _op("box_ni1", "ni1", "obj", "numpy.True_ or numpy.False_ (borrowed)"),
    *[_op(f"quiet_{name}", "f64 f64", "f64", f"{name} (IEEE, no contraction); exits for 'numpy_warns' if NumPy's scalars might have a reason to warn", state="exit")
      for name in ("add", "sub", "mul", "div")],
    _op("ndarray_is", "obj", "i1", "an exact numpy.ndarray has `nd` dimensions and elements of type `item` (f64, i64), all aligned; `writeable`: and it can be stored to", attrs="item nd writeable", effect="reads"),
    _op("ndarray_nd", "obj", "i64", "number of dimensions of an exact numpy.ndarray", effect="reads"),
    _op("ndarray_data", "obj", "ptr", "where element (0, ..., 0) is", effect="reads"),
    _op("ndarray_size", "obj", "i64", "length of dimension `axis` of an array that has it", attrs="axis", effect="reads"),
    _op("ndarray_stride", "obj", "i64", "bytes from one element to the next of dimension `axis` of an array that has it", attrs="axis", effect="reads"),
    _op("same_place", "ptr ptr", "i1", "equality of addresses"),
    _op("element_step", "ptr i64 i64", "ptr", "(place, index, bytes): index steps of so many bytes on"),
    _op("element_f64", "ptr", "f64", "the element there", effect="reads"),
    _op("element_i64", "ptr", "i64", "the element there", effect="reads"),
    _op("set_element_f64", "ptr f64", "none", "stores an element", effect="writes"),
    _op("set_element_i64", "ptr i64", "none", "stores an element", effect="writes"),
    _op("dict_len", "obj", "i64", "number of keys of an exact dict", effect="reads"),
    _op("set_len", "obj", "i64", "number of members of an exact set", effect="reads"),
    # instances
    _op("inline_value", "obj", "obj", "inline instance value `index`; NULL if it is unset or the instance has no inline values (any more)", attrs="index", effect="reads"),
    _op("instance_value", "obj obj i64", "obj", "(instance, name, index): inline value `index`; of an instance that has none (any more) what its dict has under the name; NULL if it is unset", effect="reads"),
    _op("dict_value", "obj obj", "obj", "(instance, name): what the dict of an instance without inline values has under the name; NULL if nothing", effect="reads"),
    _op("no_shadow", "obj obj i64", "i1", "(instance, name, count): it has no attribute of its own of that name; quick while the shared keys have `count` entries", effect="reads"),
    _op("set_inline_value", "obj obj", "none", "overwrites inline value `index`, which is set; takes the new one over, does not touch the old one", attrs="index", effect="writes"),
    _op("add_inline_value", "obj obj", "none", "sets inline value `index`, which is unset, as the last that was set; takes the reference over", attrs="index", effect="writes"),
    _op("set_inline_f64", "obj f64", "none", "inline value `index`, which is set, = a float: in place if the old value is a float that nobody else holds, else as set_inline_value and the old one released at `offset`", attrs="index offset", effect="writes"),
    _op("has_inline_values", "obj", "i1", "the instance still has inline values", effect="reads"),
    _op("inline_count_is", "obj", "i1", "the shared keys of x's type still have `count` entries (so no new attribute name has come up)", attrs="count", effect="reads"),
    _op("slot_value", "obj", "obj", "PyObject * at byte `offset` of the object (a __slots__ member), may be NULL", attrs="offset", effect="reads"),
    _op("set_slot_value", "obj obj", "none", "stores at byte `offset`; takes it over, does not touch the old one", attrs="offset", effect="writes"),
    _op("set_slot_f64", "obj f64", "none", "PyObject * at byte `member` of the object, which may be NULL, = a float: in place if the old value is a float that nobody else holds, else the old one is released at `offset`", attrs="member offset", effect="writes"),
    # iterators
    _op("range_iter_more", "obj", "i1", "range_iterator has a next value", effect="reads"),
    _op("range_iter_alone", "obj", "i1", "nobody else holds the range_iterator", effect="reads"),
    _op("range_iter_take", "obj", "i64", "the next value of a range_iterator that has one; advances it", effect="writes"),
    _op("list_iter_more", "obj", "i1", "list_iterator has a next item now", effect="reads"),
    _op("list_iter_take", "obj", "obj", "the next item (borrowed) of a list_iterator that has one; advances it", effect="writes"),
    _op("list_iter_end", "obj", "none", "marks a list_iterator as exhausted (releases its list)", attrs="offset", effect="writes"),
    _op("tuple_iter_more", "obj", "i1", "tuple_iterator has a next item", effect="reads"),
    _op("tuple_iter_take", "obj", "obj", "the next item (borrowed); advances it", effect="writes"),
    _op("tuple_iter_end", "obj", "none", "marks a tuple_iterator as exhausted (releases its tuple)", attrs="offset", effect="writes"),
    _op("enumerate_plain", "obj", "i1", "an exact enumerate counts the items of a list, tuple or range, and has not come far", effect="reads"),
    _op("enumerate_ready", "obj", "i1", "the next of an exact enumerate is an item of a list, and nothing dies when the pair that it reuses gets it", effect="reads"),
    _op("enumerate_take", "obj ptr", "none", "does that next: out[0] = index as a number, out[1] = item (new reference)", effect="writes"),
    # scratch memory
    _op("array_item", "ptr", "obj", "word `index` of a scratch array", attrs="index", effect="reads"),
    _op("array_i64", "ptr", "i64", "word `index` of a scratch array as a number", attrs="index", effect="reads"),
    _op("array_f64", "ptr", "f64", "word `index` of a scratch array as a float", attrs="index", effect="reads"),
    # calls
    _op("call", "*", "*", "C helper `helper` of abi/helpers.py; operands are its arguments without ts and frame; vectors are given as trailing operands; NULL/neg/one results take the raise state", attrs="helper", state="raise", effect="escapes", owned=True),
    _op("call_frameless", "*", "*", "a frameless function of this region, number `callee`: operands are its arguments (objects as it takes them, lent or owned), `repr` its result; with it there are `frames` more frames; `quiet`: it changes nothing in memory. If its frames have to be rebuilt, the state says where this one goes on: behind the call, without the result", attrs="callee frames quiet repr", state="post", effect="escapes", owned=True),
    _op("argument", "", "*", "argument `index` of a frameless function", attrs="index repr"),
    _op("breaker_clear", "", "i1", "the eval breaker is not set", effect="escapes"),
    _op("poll", "", "none", "tests the eval breaker; if set calls the helper `poll`; exits (state `exit`, at the backward jump's target) when it says so or raises there", state="exit", effect="escapes"),
    # terminators
    _op("enter", "", "none", "the entry of a region with handlers: goes to the first target; to the others, which have no parameters, lead the frame states (`landing`)", effect="control"),
    _op("jump", "", "none", "to `target` with arguments", attrs="target", effect="control"),
    _op("branch", "i1", "none", "to `then` or `other`; `likely` True, False or None", attrs="then other likely", effect="control"),
    _op("return", "obj", "none", "the function returns this owned reference (call and resume regions)", effect="control"),
    *[_op(f"return_{repr_}", repr_, "none", "a frameless function returns this" + " (an owned reference)" * (repr_ == "obj"), effect="control") for repr_ in ("obj", "i64", "f64", "i1")],
    _op("yield", "obj", "none", "suspends the generator in the state (behind the bytecode, without what will be sent) and returns this owned reference (resume regions only)", state="exit", effect="control"),
    _op("exit", "", "none", "leaves to the interpreter for `reason`", attrs="reason", state="exit", effect="control"),
    _op("raise", "", "none", "an exception is set: unwinds", state="raise", effect="control"),
]

OPS: dict[str, Op] = {row.name: row for row in _ROWS}
TERMINATORS = frozenset(("enter", "jump", "branch", "return", "return_obj", "return_i64", "return_f64", "return_i1", "yield", "exit", "raise"))

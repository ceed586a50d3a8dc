"""What the compiler knows about a value: its exact Python type.

A `Type` is exact: `INT` means `type(x) is int`. `UNKNOWN` is the top of the order; `NUMBER`, which is no exact type, lies between
it and `INT` and `FLOAT`; there is no bottom. Heap types (classes of the
program) are known by the ref that the snapshot gives them; being an instance of one is a fact that an escape may end, since
`__class__` can be assigned; for the immutable built-in types it holds for good.
"""

from __future__ import annotations

from typing import NamedTuple


class Type(NamedTuple):
    """An exact type: `name` for built-in ones, `ref` (>= 0) for those the snapshot describes."""

    name: str
    ref: int = -1

    @property
    def known(self) -> bool:
        return self.name not in ("unknown", "number")

    @property
    def stable(self) -> bool:
        """True if an object of this type stays one whatever code runs."""
        return self.ref < 0 and self.known

    def __str__(self) -> str:
        return self.name if self.ref < 0 else f"{self.name}#{self.ref}"


UNKNOWN = Type("unknown")
INT = Type("int")
FLOAT = Type("float")
NUMBER = Type("number")
"""An exact int or float; which one is not known."""
BOOL = Type("bool")
STR = Type("str")
NONE = Type("NoneType")
LIST = Type("list")
TUPLE = Type("tuple")
DICT = Type("dict")
SET = Type("set")
RANGE = Type("range")
SLICE = Type("slice")
BYTES = Type("bytes")
BYTEARRAY = Type("bytearray")
CELL = Type("cell")
FUNCTION = Type("function")
RANGE_ITERATOR = Type("range_iterator")
LIST_ITERATOR = Type("list_iterator")
TUPLE_ITERATOR = Type("tuple_iterator")
ENUMERATE = Type("enumerate")
ZIP = Type("zip")
GENERATOR = Type("generator")
WHOLE_ITERATOR = Type("iterator")
"""Nothing is known of it but that it is not to be taken apart."""
METHOD = Type("method")
METHOD_IN_C = Type("builtin_function_or_method")
HANDLED = Type("caught, below")
CAUGHT = Type("caught")
"""No types of objects: what stands for an exception that was caught and not made (csrc/helpers_caught.c), in place of both entries of the operand stack that
PUSH_EXC_INFO leaves: what was being handled before, and the exception."""
ARRAY = Type("numpy.ndarray")
NUMPY_FLOAT = Type("numpy.float64")
NUMPY_INT = Type("numpy.int64")
NUMPY_BOOL = Type("numpy.bool")
NUMPY_TYPES: dict[str, Type] = {t.name: t for t in (ARRAY, NUMPY_FLOAT, NUMPY_INT, NUMPY_BOOL)}
"""Static types, too, which the program has if it has imported NumPy. Their names are also their symbols."""
PLAIN_ITERATORS = {
    "dict_keyiterator": "PyDictIterKey_Type", "dict_valueiterator": "PyDictIterValue_Type", "dict_itemiterator": "PyDictIterItem_Type",
    "set_iterator": "PySetIter_Type", "str_iterator": "PyUnicodeIter_Type", "str_ascii_iterator": "str_ascii_iterator",
    "bytes_iterator": "PyBytesIter_Type", "list_reverseiterator": "PyListRevIter_Type",
}  # fmt: skip
"""Further iterators whose next runs no Python code, and the symbols of their types."""
VIEWS = {"dict_keys": "PyDictKeys_Type", "dict_values": "PyDictValues_Type", "dict_items": "PyDictItems_Type"}
"""Likewise of what a dict shows of itself."""

BUILTIN_TYPES: dict[str, Type] = {
    t.name: t
    for t in (INT, FLOAT, BOOL, STR, NONE, LIST, TUPLE, DICT, SET, RANGE, SLICE, BYTES, BYTEARRAY, FUNCTION,
              RANGE_ITERATOR, LIST_ITERATOR, TUPLE_ITERATOR, ENUMERATE, ZIP, METHOD, METHOD_IN_C, *map(Type, PLAIN_ITERATORS), *map(Type, VIEWS))
}

TYPE_SYMBOLS: dict[str, str] = {
    "int": "PyLong_Type", "float": "PyFloat_Type", "bool": "PyBool_Type", "str": "PyUnicode_Type", "NoneType": "_PyNone_Type",
    "list": "PyList_Type", "tuple": "PyTuple_Type", "dict": "PyDict_Type", "set": "PySet_Type", "range": "PyRange_Type",
    "slice": "PySlice_Type", "bytes": "PyBytes_Type", "bytearray": "PyByteArray_Type", "function": "PyFunction_Type",
    "range_iterator": "PyRangeIter_Type", "list_iterator": "PyListIter_Type", "tuple_iterator": "PyTupleIter_Type",
    "enumerate": "PyEnum_Type", "zip": "PyZip_Type", "method": "PyMethod_Type", "builtin_function_or_method": "PyCFunction_Type", **PLAIN_ITERATORS, **VIEWS,
    **{name: name for name in NUMPY_TYPES},
}
"""Symbol (see `_tierup.symbols()`) of each built-in type object."""

"""Runs small IR functions: real objects of this interpreter, but a frame, a pool and helpers made up by the test."""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Callable
from typing import Any

from tierup import _tierup
from tierup.abi.helpers import HELPERS
from tierup.backend.lower import Lowered, lower
from tierup.ir.text import parse
from tierup.ir.verify import format_errors, verify

LAYOUT = {
    "PyObject.ob_refcnt": 0, "PyObject.ob_type": 8, "PyObject.values_pointer": -32, "PyVarObject.ob_size": 16,
    "PyDictValues.values": 0, "PyDictValues.count": -2,
    "PyTypeObject.tp_version_tag": 384, "PyHeapTypeObject.ht_cached_keys": 872, "PyDictKeysObject.dk_nentries": 24,
    "PyLongObject.ob_digit": 24, "PyLong_SHIFT": 30, "sizeof.digit": 4, "PyFloatObject.ob_fval": 16, "PyListObject.ob_item": 24,
    "PyTupleObject.ob_item": 24, "PyASCIIObject.length": 16, "PyBytesObject.ob_sval": 32, "PyByteArrayObject.ob_start": 40,
    "PyDictObject.ma_used": 16, "PyDictObject.ma_version_tag": 24, "PySetObject.used": 24,
    "_PyRangeIterObject.index": 16, "_PyRangeIterObject.start": 24, "_PyRangeIterObject.step": 32, "_PyRangeIterObject.len": 40,
    "_PyListIterObject.it_index": 16, "_PyListIterObject.it_seq": 24, "_PyTupleIterObject.it_index": 16, "_PyTupleIterObject.it_seq": 24,
    "tierup_enumerate.index": 16, "tierup_enumerate.iterator": 24,
    "_PyInterpreterFrame.localsplus": 72, "_PyInterpreterFrame.prev_instr": 56, "_PyInterpreterFrame.stacktop": 64,
    "_PyInterpreterFrame.frame_obj": 40, "PyThreadState.recursion_remaining": 64,
    "PyThreadState.cframe": 56, "_PyCFrame.use_tracing": 0, "PyCodeObject.co_code_adaptive": 100,
    "PyGenObject.gi_iframe": 0, "PyGenObject.gi_frame_state": 480, "FRAME_SUSPENDED": -1,
    **{name: _tierup.layout()[name] for name in ("kept_floats.first", "kept_floats.count")},
    "sizeof._Py_CODEUNIT": 2, "Test.0": 0, "Test.1": 8, "Test.2": 16, "Test.3": 24,
}
"""Offsets of CPython 3.11 where tests use real objects; the frame's are made up."""

EXIT, ERROR = 1, 2
CODE = 1_000_000
"""Address of the pretended code object."""

C_TYPES = {"i64": ctypes.c_int64, "f64": ctypes.c_double}
LIBRARY = ctypes.CDLL(None)


def address_of(thing: Any) -> int:
    """Where a C function or object is."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


class Machine:
    """A function, mapped and bound. `helpers`: Python functions by helper name, called with addresses and numbers."""

    def __init__(self, text: str, helpers: dict[str, Callable[..., Any]] | None = None, *, stress_seed: int | None = None) -> None:
        self.fn = parse(text)
        errors = verify(self.fn)
        assert not errors, format_errors(self.fn, errors)
        self.dumps: dict[str, str] = {}
        self.lowered: Lowered = lower(self.fn, LAYOUT, stress_seed=stress_seed, dumps=self.dumps, verify=True)
        self.keep: list[Any] = []
        self.breaker = ctypes.c_int32(0)
        self.helpers = {"box_int": self.box_int, "box_float": self.box_float, "poll_raised": lambda ts, frame, header: ERROR, **(helpers or {})}
        self.objects: dict[Any, int] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.memory = self._map()
        self.frame = (ctypes.c_int64 * 64)()
        self.frame[4] = CODE - _tierup.layout()["PyCodeObject.co_code_adaptive"]  # f_code, for `tierup_leave`
        self.cframe = (ctypes.c_int64 * 8)()
        self.thread = (ctypes.c_int64 * 64)()
        self.thread[LAYOUT["PyThreadState.cframe"] // 8] = ctypes.addressof(self.cframe)

    def _map(self) -> mmap.mmap:
        memory = mmap.mmap(-1, len(self.lowered.blob), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        memory.write(self.lowered.blob)
        self.base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        self.pool = (ctypes.c_int64 * len(self.lowered.pool)).from_address(self.base + self.lowered.code_size)
        return memory

    def bind(self) -> None:
        """Fills the pool; late, so that tests can add `objects` first."""
        for slot, spec in enumerate(self.lowered.pool):
            self.pool[slot] = self.value(spec)

    def value(self, spec: tuple[Any, ...]) -> int:
        if spec in self.objects:
            return self.objects[spec]
        match spec:
            case ("cell", number) | ("int", number):
                return int(number)
            case ("code", -1):
                return CODE - LAYOUT["PyCodeObject.co_code_adaptive"]
            case ("symbol", "eval_breaker"):
                return ctypes.addressof(self.breaker)
            case ("symbol", "tierup_leave" | "tierup_dealloc" | "kept_floats" | "tracemalloc_tracing" as name):
                return _tierup.symbols()[name]
            case ("symbol", name) if name.startswith("tierup_"):
                return self.helper(name[len("tierup_"):])
            case ("symbol", name):
                return address_of(getattr(LIBRARY, name))
            case ("str", text):
                self.keep.append(text)
                return id(text)
        raise AssertionError(f"the test does not say what {spec} is")

    def helper(self, name: str) -> int:
        row = HELPERS[name]
        types = [C_TYPES.get(word, ctypes.c_void_p) for word in row.args]
        body = self.helpers[name]

        def called(*arguments: Any) -> Any:
            self.calls.append((name, *arguments))
            return body(*arguments)

        function = ctypes.CFUNCTYPE(C_TYPES.get(row.result, ctypes.c_void_p), *types)(called)
        self.keep.append(function)
        return address_of(function)

    def box_int(self, value: int) -> int:
        return new_reference(value)

    def box_float(self, value: float) -> int:
        return new_reference(value)

    def run(self, *slots: int) -> int:
        """Runs with these addresses in the first slots; returns the status or the address of the result."""
        if not self.pool[1]:
            self.bind()
        for place, slot in enumerate(slots):
            self.set_slot(place, slot)
        region = ctypes.PYFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)(self.base)
        return region(ctypes.addressof(self.thread), ctypes.addressof(self.frame))

    def set_slot(self, index: int, value: int) -> None:
        self.frame[LAYOUT["_PyInterpreterFrame.localsplus"] // 8 + index] = value

    def slot(self, index: int) -> int:
        return self.frame[LAYOUT["_PyInterpreterFrame.localsplus"] // 8 + index]

    @property
    def position(self) -> int:
        """Byte offset that prev_instr stands at."""
        return self.frame[LAYOUT["_PyInterpreterFrame.prev_instr"] // 8] - CODE

    @property
    def stacktop(self) -> int:
        return struct.unpack_from("<i", self.frame, LAYOUT["_PyInterpreterFrame.stacktop"])[0]

    @property
    def exit(self) -> tuple[int, str, int]:
        """The exit taken last."""
        return self.lowered.exits[self.pool[0]]


def new_reference(value: Any) -> int:
    """Address of an object, with one reference added that the caller owns."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
    return id(value)


def at(address: int) -> Any:
    """The object at an address."""
    return ctypes.cast(address, ctypes.py_object).value


def word(address: int, offset: int = 0) -> int:
    """The 8 bytes there."""
    return ctypes.c_int64.from_address(address + offset).value


def function(*body: str, locals: int = 4) -> str:
    """The text of a function with one block."""
    return "\n".join([f"function 'test' call base=0 locals={locals}", "b0:", *body])


KINDS = {"i64": ctypes.c_int64, "f64": ctypes.c_double, "i1": ctypes.c_int64}


class Operation(Machine):
    """One op on numbers, that can be called: `operands` and `result` are representations."""

    def __init__(self, op: str, operands: str, result: str, *, state: str = "{at 10}", attrs: str = "", constants: dict[int, Any] | None = None,
                 stress_seed: int | None = None) -> None:
        self.kinds = operands.split()
        self.result = result
        body = ["%1 = load_slot index=0"]
        for place, kind in enumerate(self.kinds):
            if constants and place in constants:
                body.append(f"%{10 + place} = const_{kind} value={constants[place]!r}")
            else:
                body += self.read(place, kind)
        names = ", ".join(f"%{10 + place}" for place in range(len(self.kinds)))
        body.append(f"%20 = {op} {names} {attrs} {state}")
        text = function(*body, *self.write(), "return %1")
        super().__init__(text, stress_seed=stress_seed)

    @staticmethod
    def read(place: int, kind: str) -> list[str]:
        if kind == "f64":
            return [f"%{30 + place} = field_obj %1 field='Test.{place}'", f"%{10 + place} = float_value %{30 + place}"]
        return [f"%{10 + place} = field_i64 %1 field='Test.{place}'"]

    def write(self) -> list[str]:
        if self.result == "f64":
            return ["%40 = field_obj %1 field='Test.3'", "%41 = box_f64 %20 {at 90}", "set_field_obj %1, %41 field='Test.3'"]
        if self.result == "i1":
            return ["%40 = i1_to_i64 %20", "set_field_i64 %1, %40 field='Test.3'"]
        return ["set_field_i64 %1, %20 field='Test.3'"]

    def __call__(self, *arguments: Any) -> Any:
        """The result, or the reason of the exit taken."""
        memory = (ctypes.c_int64 * 4)()
        for place, argument in enumerate(arguments):
            memory[place] = id(argument) if self.kinds[place] == "f64" else argument
        status = self.run(ctypes.addressof(memory))
        if status == EXIT:
            return self.exit[1]
        assert status == ctypes.addressof(memory), f"status {status}"
        return at(memory[3]) if self.result == "f64" else bool(memory[3]) if self.result == "i1" else memory[3]

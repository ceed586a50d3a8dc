"""The C helpers as Python functions: built with a stand-in for the rest of the runtime, called through ctypes."""

from __future__ import annotations

import ctypes
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tierup.abi.helpers import HELPERS

ROOT = Path(__file__).resolve().parents[2]
NULL = ctypes.py_object()
REGIONS = ("exit", "locals", "drop", "call", "raise", "self")


def build(folder: Path) -> Path:
    """Compile the helpers and their stand-in."""
    target = folder / "helpers_probe.so"
    others = [ROOT / "csrc" / name for name in ("direct.c", "feeds.c", "inlined.c", "objects.c", "spare.c")]
    sources = [*sorted((ROOT / "csrc").glob("helpers*.c")), *others, Path(__file__).with_name("helpers_probe.c")]
    compiler = sysconfig.get_config_var("CC").split()[0]
    include = sysconfig.get_paths()["include"]
    flags = ["-O2", "-g", "-std=gnu11", "-fPIC", "-shared", "-DNDEBUG", f"-I{ROOT / 'csrc'}", f"-isystem{include}"]
    subprocess.run([compiler, *flags, "-o", str(target), *map(str, sources), "-lm", "-lpthread"], check=True)
    return target


_folder = tempfile.TemporaryDirectory()
lib = ctypes.PyDLL(str(build(Path(_folder.name))))
lib.probe_thread.restype = lib.probe_frame.restype = lib.probe_datastack.restype = ctypes.c_void_p
lib.probe_steal.argtypes = [ctypes.py_object]
lib.probe_steal.restype = ctypes.c_void_p
lib.probe_fill.argtypes = [ctypes.c_void_p, ctypes.py_object]
lib.probe_install.argtypes = [ctypes.py_object, ctypes.c_int]
lib.probe_callback.argtypes = [ctypes.py_object]
lib.probe_for_iter.argtypes = [ctypes.py_object, ctypes.py_object]
lib.probe_fill.restype = lib.probe_callback.restype = None

_TYPES = {
    "ts": ctypes.c_void_p,
    "frame": ctypes.c_void_p,
    "obj": ctypes.py_object,
    "steal": ctypes.c_void_p,
    "null": ctypes.py_object,
    "i64": ctypes.c_int64,
    "f64": ctypes.c_double,
    "ptr": ctypes.c_void_p,
    "vec": ctypes.c_void_p,
    "vecsteal": ctypes.c_void_p,
}


def _steal(value: Any) -> int | None:
    if value is NULL:
        return None
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
    return id(value)


def vector(values: tuple[Any, ...], owned: bool) -> Any:
    """The values as a C array of references; it has a word to spare in front."""
    array = (ctypes.c_void_p * (len(values) + 1))()
    if owned:
        lib.probe_fill(array, tuple(values))
    else:
        for i, value in enumerate(values):
            array[i] = id(value)
    return array


def wrap(name: str) -> Callable[..., Any]:
    """A helper with Python arguments: the thread is left out, a vector and its count are one sequence."""
    row = HELPERS[name]
    function = lib[f"tierup_{name}"]
    function.argtypes = [_TYPES[word] for word in row.args]
    function.restype = _TYPES[row.result]

    def call(*values: Any) -> Any:
        given, arguments, words = iter(values), [], iter(row.args)
        keep = []
        for word in words:
            if word == "ts":
                arguments.append(lib.probe_thread())
            elif word in ("vec", "vecsteal"):
                sequence = tuple(next(given))
                keep.append((sequence, vector(sequence, word == "vecsteal")))
                arguments += [keep[-1][1], len(sequence)]
                next(words)
            elif word == "steal":
                arguments.append(_steal(next(given)))
            else:
                arguments.append(next(given))
        return function(*arguments)

    return call


class Helpers:
    """All helpers as attributes."""

    def __init__(self) -> None:
        self._made: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self._made.setdefault(name, wrap(name))


H = Helpers()


def cells() -> Any:
    """Four cache words."""
    return (ctypes.c_int64 * 4)()


def outputs(count: int) -> Any:
    """Room for references that a helper gives."""
    return (ctypes.py_object * max(count, 1))()


def taken(array: Any, count: int) -> list[Any]:
    """The references in an output array, given up."""
    values = [array[i] for i in range(count)]
    for value in values:
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(value))
    return values


def install(function: Any, region: str | None) -> Any:
    """Give a function's code one of the regions written in C."""
    assert lib.probe_install(function.__code__, REGIONS.index(region) if region else -1) == 0
    return function


def outcome(function: Callable[..., Any], *values: Any) -> tuple[str, Any]:
    """What a call gives, in comparable form."""
    try:
        result = function(*values)
    except BaseException as error:
        return ("raised", (type(error), str(error), getattr(error, "name", None), error.args))
    return ("gave", (type(result), repr(result)))


def call_owned(function: Any, things: list[Any], name: str = "call") -> Any:
    """tierup_call with the last references there are: the list is emptied before."""
    array = vector(tuple(things), True)
    count = len(things)
    things.clear()
    raw = getattr(lib, f"tierup_{name}")
    raw.argtypes, raw.restype = [_TYPES[word] for word in HELPERS[name].args], ctypes.py_object
    return raw(lib.probe_thread(), function, array, count, NULL)

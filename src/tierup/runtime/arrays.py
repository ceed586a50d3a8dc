"""NumPy's arrays and scalars: whether the program has a NumPy that compiled code knows. Nothing is imported for that."""

from __future__ import annotations

import sys

from tierup import _tierup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = ("ndarray", "float64", "int64", "bool")
VERSION = "2."  # the rules of scalars were others before
HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE
type_flags = type.__dict__["__flags__"].__get__
found: dict[int, str] = {}  # by the ids of the types, which never die
tried: list[int] = []  # ids of the namespaces that we have looked at


def namespace() -> dict[str, Any]:
    """That of NumPy, if it is loaded."""
    module = sys.modules.get("numpy")
    return module.__dict__ if type(module) is type(sys) else {}


def learned() -> bool:
    """Does the program have a NumPy whose structs are as we know them? Found out once for each module of that name."""
    if found:
        return True
    names = namespace()
    types = [names.get(name) for name in NAMES]
    version = names.get("__version__")
    if version is None or any(cls is None for cls in types) or id(names) in tried:  # it may be about to be imported
        return False
    tried.append(id(names))
    if type(version) is str and version.startswith(VERSION) and _tierup.learn_arrays(*types):
        found.update((id(cls), f"numpy.{name}") for cls, name in zip(types, NAMES, strict=True))
    return bool(found)


def known(cls: type) -> str:
    """`numpy.NAME` of one of these types, else ""."""
    if not found and type_flags(cls) & HEAP:
        return ""
    return found.get(id(cls), "") if "numpy" in sys.modules and learned() else ""

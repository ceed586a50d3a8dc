"""Under which name a region is kept: a digest of everything about the code that can matter to the compiler.

`marshal.dumps(code)` won't do: its bytes depend on reference counts and on the order of sets, which differ per run.
"""

from __future__ import annotations

import marshal
from _blake2 import blake2b

from tierup.percode import PerCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

DIGEST_SIZE = 16


def code_digest(code: CodeType) -> str:
    """Equal for code objects that were compiled from the same source text at the same place of the same file."""
    digest: str = _digests.of(code)
    return digest


def _digest(code: CodeType) -> str:
    return blake2b(code_text(code), digest_size=DIGEST_SIZE).hexdigest()  # takes some 50 microseconds


_digests = PerCode(_digest)


def region_key(digest: str, kind: str, header: int) -> str:
    """The name of the region for one entry of the code with this digest."""
    return blake2b(f"{digest}/{kind}/{header}".encode(), digest_size=DIGEST_SIZE).hexdigest()


def snapshot_key(snapshot: dict[str, Any]) -> str:
    """The name of the region for exactly this snapshot: whoever has an equal one can use it, with the objects of its own."""
    codes = [_digest(marshal.loads(code)) for code in (snapshot["code"], *snapshot["codes"])]
    text = repr({**snapshot, "code": codes, "codes": len(codes)})
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_SIZE).hexdigest()


def code_text(code: CodeType) -> bytes:
    """All that is hashed of a code object; constants that are code objects included."""
    head = (
        code.co_code, code.co_exceptiontable, code.co_linetable, code.co_flags, code.co_argcount, code.co_posonlyargcount,
        code.co_kwonlyargcount, code.co_stacksize, code.co_firstlineno, code.co_qualname, code.co_filename, code.co_names,
        code.co_varnames, code.co_cellvars, code.co_freevars,
    )  # fmt: skip
    return repr(head).encode("utf-8", "surrogatepass") + constant_text(code.co_consts)


def constant_text(value: object) -> bytes:
    """A constant, distinguishing 1, 1.0, True, 0.0 and -0.0; the same for every order of a frozenset."""
    kind = type(value)
    if kind is tuple:
        return b"(" + b",".join(constant_text(item) for item in value) + b")"  # type: ignore[attr-defined]
    if kind is frozenset:
        return b"{" + b",".join(sorted(constant_text(item) for item in value)) + b"}"  # type: ignore[attr-defined]
    if hasattr(value, "co_code"):
        return b"<" + code_text(value) + b">"  # type: ignore[arg-type]
    return f"{kind.__name__}:{value!r}".encode("utf-8", "surrogatepass")


def program(arguments: list[str], directory: str) -> str:
    """What the interpreter was started to run, given the words of its command line; "" if that is nothing that comes again."""
    arguments = arguments[1:]
    while arguments:
        word = arguments.pop(0)
        if not word.startswith("-") or word == "-":
            return "" if word == "-" else word if word.startswith("/") else f"{directory}/{word}"
        if word.startswith("--"):
            if word == "--check-hash-based-pycs" and arguments:
                arguments.pop(0)
            continue
        for place, letter in enumerate(word[1:], 2):
            if letter in "cmWX":
                value = word[place:] or (arguments.pop(0) if arguments else "")
                if letter in "cm":
                    return f"-{letter} {value}"
                break
    return ""


def program_key(arguments: list[str], directory: str) -> str:
    """The name of what is kept for a program as a whole; "" if there is nothing to go by."""
    text = program(arguments, directory)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_SIZE).hexdigest() if text else ""

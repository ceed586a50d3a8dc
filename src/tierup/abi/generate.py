"""Writes csrc/helpers_generated.h from the table of C helpers: `python -m tierup.abi.generate`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tierup.abi.feeds import NUMBERS
from tierup.abi.helpers import HELPERS, Helper

TARGET = Path(__file__).resolve().parents[3] / "csrc" / "helpers_generated.h"

C_TYPES = {
    "ts": "PyThreadState *",
    "frame": "_PyInterpreterFrame *",
    "obj": "PyObject *",
    "steal": "PyObject *",
    "null": "PyObject *",
    "i64": "int64_t",
    "f64": "double",
    "ptr": "void *",
    "vec": "PyObject **",
    "vecsteal": "PyObject **",
}


def prototype(row: Helper) -> str:
    """The C declaration of one helper."""
    arguments = ", ".join(C_TYPES[word].rstrip() for word in row.args)
    return f"{C_TYPES[row.result]}{'' if C_TYPES[row.result].endswith('*') else ' '}tierup_{row.name}({arguments});"


def text() -> str:
    """The whole header."""
    lines = [
        "/* Made by src/tierup/abi/generate.py from src/tierup/abi/helpers.py: do not edit. */",
        "#ifndef TIERUP_HELPERS_GENERATED_H",
        "#define TIERUP_HELPERS_GENERATED_H",
        "",
    ]
    prototypes = [prototype(row) for row in HELPERS.values()]
    lines += prototypes
    lines += ["", "/* Part of the tag of cached code: a helper may change its arguments and keep its name; and the numbers below. */"]
    lines += [f'#define TIERUP_HELPERS_DIGEST "{hashlib.sha256("".join([*prototypes, *NUMBERS]).encode()).hexdigest()[:16]}"']
    lines += ["", "/* What takes the values of a generator (abi/feeds.py). */", "enum {"]
    lines += [f"    TIERUP_FEED_{name.upper()}," for name in NUMBERS]
    lines += ["};"]
    lines += ["", "/* Rows of tierup_helper_symbols. */", "#define TIERUP_HELPER_SYMBOLS \\"]
    lines += [f'    {{"tierup_{row.name}", (void *)tierup_{row.name}}}, \\' for row in HELPERS.values()]
    lines += ["    {NULL, NULL}", "", "#endif"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the header; with `--check` only say whether it is stale."""
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.exists() and TARGET.read_text() == text() else 1
    TARGET.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main())

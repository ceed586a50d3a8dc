"""Writes docs/tour.md, one loop from bytecode to machine code: `python -m tierup.reports.tour [FOLDER]`, on an interpreter that tierup supports.

All that is shown is made anew from `tour.snapshot`, which a run of `tour.py` left; `python -m tierup.reports.tour --record [FOLDER]` makes another one.
"""

from __future__ import annotations

import builtins
import dis
import marshal
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from tierup import wire
from tierup.reports.dump import SUFFIX, find_code, load

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "mean"
TRIALS = ("mean([1.5, 99.0, 2.5], 75.0)", "mean([1.5, 99, 2.5], 75.0)", "mean((1.5, 99.0), 75.0)", "mean([], 75.0)")

PAGE = """\
<!-- Made by `python -m tierup.reports.tour`; change src/tierup/reports/tour.py instead. -->

# One loop, from bytecode to machine code

This page follows [tour.py](tour.py) through the compiler. All listings are what the compiler makes of [tour.snapshot](tour.snapshot), which was saved
while the program ran. The words are those of [design.md](design.md). To see the same of a function of yours: `tierup dump FILE:FUNCTION`; to see all
of this one: `tierup replay --stage bytecode,ir,passes,llvm,asm docs/tour.snapshot`.

```python
{source}
```

## What the recorder saw

The sampler found `{name}` running a few times in a row. The recorder then single-stepped it and noted, for each bytecode, how often it came and which
types lay on the operand stack (the top three, top last).

```
{recorded}
```

Nothing here is a promise. `{fast}` at {compare} saw floats only, so the compiler will assume floats, and test.

## From bytecode to IR

The front end executes the bytecode symbolically: for each local and stack entry it knows a type, and whether the value is in a register ("raw"), in
the frame's slot ("boxed"), or both. A jump target gets a block for each *shape* of this knowledge. That is why the loop stands there twice. Control
comes to the loop header, offset {header}, with these shapes:

{shapes}

The first iteration has everything to find out: are the items floats, is `limit` one? Its guards answer. When it jumps back, the answers are part of
the shape, so the loop goes on in a second block, in which `limit` is a C double and nobody asks again. When that one jumps back, its shape is one
that already has a block: the loop is closed. (After a few shapes at one place they are joined, so that this always ends.)

```
{ir}
```

How to read it: `@{header}` is the bytecode offset. Block parameters take the place of phi nodes. `{{at ...}}` is a frame state: where the interpreter
would stand, with which operand stack (`+`: the reference is handed over), and which locals live in registers (`raw=[2=%7]`: local 2). A guard that
fails leaves the compiled code in exactly this state. `load_slot` and `store_slot` are the interpreter's own variables; a local that is raw has an
empty slot. `poll` lets signals and other threads in, as the interpreter does at each backward jump.

## What the passes change

{passes}; {count_before} instructions become {count_after}. What is left of the loop:

```
{loop}
```

Left per iteration: one type test (each list item may be anything), one comparison, two additions, an overflow test. The reference counts of the item
stay: `price` is boxed, and its slot owns the object, so that the object dies when the interpreter would let it.

## LLVM IR

Each operation is written by one emitter. Of the loop, the block with the guard (`%code`, `%f`: code object and frame; `@pool`: the table behind the
code that is filled when the code is loaded; `!tbaa`: this access touches nothing but fields of that name):

```llvm
{llvm}
```

## Machine code

The loop as LLVM leaves it for the processor this page was made on. `pool+N(%rip)` is position-independent, so the same bytes go into the cache
directory and run wherever they are mapped.

```asm
{asm}
```

The doubles stay in registers for the whole loop. The jumps out of the listing go to code behind the hot part: one deallocates an item that nobody
holds any more, one leaves because an item is no float, one because the counter overflows, one serves the eval breaker.

## How it is entered

The region is position-independent code and a pool of {pool_size} words. Loading maps it, fills the pool with the addresses of this process
({pool_kinds}), and makes the memory executable. Then the bytecode behind `RESUME` is replaced:

```
{stub}
```

Constant {hidden} lies one behind the visible end of `co_consts`. It is an object of ours whose unary plus runs the region on the frame that the
interpreter has just pushed; what it returns is returned. A program that looks at `co_code`, `dis` or a traceback sees the original.

Calls come in this way. A loop that is running when it is found is entered differently: its region is compiled for the loop header, and CPython's
tracing is switched on for a moment to move the frame over.

## How it is left

By `return`, mostly. Each other way is a row of the exit table: with the frame state of its guard it boxes the raw locals into their slots, stores the
operand stack and the position, and the interpreter goes on with the same frame, as if it had been there all the time.

{exits}

The last column is from trying it, one call after the other with this region in place:

```python
{trials}
```

Every result and exception is that of plain Python. An exit that is taken often is a lesson: the region is thrown away and compiled again, without the
assumption that failed.
"""


class Compiled(NamedTuple):
    """The snapshot at every stage."""

    snapshot: dict[str, Any]
    code: CodeType
    builder: Any
    texts: dict[str, str]
    region: dict[str, Any]


def compiled(path: Path) -> Compiled:
    """Compile the snapshot."""
    from tierup.compiler.compile import compile_snapshot
    from tierup.frontend.build import build

    snapshot = load(str(path))
    texts: dict[str, str] = {}
    region = compile_snapshot(snapshot, texts)
    if "refused" in region:
        raise ValueError(f"{path}: {region['refused']}: {region['detail']}")
    return Compiled(snapshot, marshal.loads(snapshot["code"]), build(snapshot), texts, region)


def page(folder: Path) -> str:
    """docs/tour.md."""
    made = compiled(folder / f"tour{SUFFIX}")
    final = made.texts["passes"].split("after ")[-1].partition("\n")[2]
    hot = loop_blocks(final)
    compare = next(i for i in dis.get_instructions(made.code) if i.opname == "COMPARE_OP")
    stub, counts, trials = tried(made)
    kinds = sorted({str(spec[0]) for spec in made.region["pool"]})
    words = {"cell": "counters", "code": "the code object", "const": "constants", "symbol": "types and functions of the interpreter"}
    return PAGE.format(
        name=NAME, source=function_source(folder), recorded=recorded(made), fast=compare.opname, compare=compare.offset, header=header(made.code),
        shapes=shapes(made), ir=made.texts["ir"].rstrip(), passes=passes(made), count_before=instructions(made.texts["ir"]), count_after=instructions(final),
        loop="\n".join(hot.values()), llvm=llvm_block(made.texts["llvm"], hot), asm=hot_assembly(made.texts["asm"]), pool_size=len(made.region["pool"]),
        pool_kinds=", ".join(words.get(kind, kind) for kind in kinds), stub=stub, hidden=len(made.code.co_consts), exits=exits(made, counts), trials=trials,
    )  # fmt: skip


def function_source(folder: Path) -> str:
    """The text of the function."""
    text = (folder / "tour.py").read_text(encoding="utf-8")
    return text[text.index(f"def {NAME}(") : text.index("if __name__")].strip()


def header(code: CodeType) -> int:
    """The offset of the loop header."""
    return next(i.offset for i in dis.get_instructions(code) if i.opname == "FOR_ITER")


def recorded(made: Compiled) -> str:
    """Bytecode and profile side by side."""
    names = [described.get("name", "?") for described in made.snapshot["objects"]]
    lines = []
    for i in dis.get_instructions(made.code):
        count, operands, _, _ = made.snapshot["profile"].get(i.offset, (0, [], [], []))
        seen = " or ".join(" ".join(names[ref] for ref in reversed(types) if ref is not None) or "-" for types, _ in operands)
        mark = ">>" if i.is_jump_target else "  "
        lines.append(f"{mark}{i.offset:4} {i.opname:28} {i.argrepr:10} {count:5} times   {seen}".rstrip())
    return "\n".join(lines)


# -- IR


def shapes(made: Compiled) -> str:
    """One table row for each version of the loop header."""
    variables = made.code.co_varnames
    rows = ["| block | " + " | ".join(f"`{name}`" for name in variables) + " |", "| --- |" + " --- |" * len(variables)]
    for key, block in made.builder.ctx.versions[header(made.code)]:
        rows.append(f"| {block} | " + " | ".join(place(part) for part in key[0][0]) + " |")
    return "\n".join(rows)


def place(part: tuple[Any, ...]) -> str:
    """What is known of one local."""
    return " ".join(map(str, part[:2])).replace("maybe", "not known").replace("unknown", "anything")


def instructions(text: str) -> int:
    """How many instructions a function in text form has."""
    return len(re.findall(r"^  \S", text, re.MULTILINE))


def passes(made: Compiled) -> str:
    """A sentence on the passes."""
    from tierup.passes.pipeline import PASSES

    changed = re.findall(r"^after (\w+):", made.texts["passes"], re.MULTILINE)
    idle = [one.name for one in PASSES if one.name not in changed]
    rest = f" ({listed(idle)} found nothing to do here)" if idle else ""
    return f"The passes {listed(changed)} changed something{rest}"


def listed(names: list[str]) -> str:
    """`a`, `b`."""
    return ", ".join(f"`{name}`" for name in names)


def loop_blocks(text: str) -> dict[str, str]:
    """The blocks of a function in text form that can be come back to."""
    blocks = dict(re.findall(r"^(b\d+)\b(.*?)(?=^b\d+|\Z)", text, re.MULTILINE | re.DOTALL))
    following = {name: set(re.findall(r"\b(b\d+)\(", body.partition("->")[2])) for name, body in blocks.items()}
    return {name: (name + body).rstrip() for name, body in blocks.items() if name in reachable(name, following)}


def reachable(name: str, following: dict[str, set[str]]) -> set[str]:
    """The blocks to which there is a way from this one."""
    found: set[str] = set()
    work = [name]
    while work:
        for other in following[work.pop()] - found:
            found.add(other)
            work.append(other)
    return found


# -- LLVM IR and machine code


def llvm_block(text: str, hot: dict[str, str]) -> str:
    """What was written for the block of the loop that has the guard."""
    name = next(name for name, body in hot.items() if "guard" in body)
    start = text.index(f"\n{name}:\n") + 1
    return text[start : start + re.search(r"\nb\d+:\n", text[start:]).start()].rstrip()  # type: ignore[union-attr]


def hot_assembly(text: str) -> str:
    """The innermost loop: from its header to the first jump back."""
    lines = text.splitlines()
    places = {line[:-1]: number for number, line in enumerate(lines) if line.startswith(".LBB0_")}
    for number, line in enumerate(lines):
        jump = re.match(r"\tj\w+\t(\.LBB0_\d+)$", line)
        if jump and places[jump[1]] < number:
            return "\n".join(lines[places[jump[1]] : number + 1]).expandtabs(8).replace(".LBB0_", "L")
    raise ValueError("no loop is left in the machine code")


# -- running it


def tried(made: Compiled) -> tuple[str, dict[int, int], str]:
    """Load and install the region: the bytecode as it stands then, how often the exits were taken in the trials, and their outcome."""
    from tierup import _tierup
    from tierup.runtime.install import load as load_region

    function = FunctionType(made.code, {"__builtins__": vars(builtins)}, NAME)
    spaces = function.__globals__, vars(builtins)
    plain = [outcome(function, trial) for trial in TRIALS]
    number = load_region(made.region, made.code, None, *spaces, _tierup.abi_tag())
    if not _tierup.install(number):
        raise ValueError("the region can't be installed")
    try:
        bytecode = _tierup.live_bytecode(made.code)
        if plain != (now := [outcome(function, trial) for trial in TRIALS]):
            raise ValueError(f"{now} instead of {plain}")
        counts = dict(_tierup.region_stats(number)["exits"])
    finally:
        _tierup.remove(number)
    return stub(bytecode, made.code.co_code), counts, "\n".join(f"{trial:32} # {result}" for trial, result in zip(TRIALS, plain))


def outcome(function: Callable[..., object], trial: str) -> str:
    """The result of a call, or the exception."""
    try:
        return repr(eval(trial, {NAME: function}))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def stub(bytecode: bytes, original: bytes) -> str:
    """The units that differ, old and new."""
    last = max(offset for offset in range(2, 12, 2) if bytecode[offset : offset + 2] != original[offset : offset + 2])
    lines = []
    for offset in range(0, last + 2, 2):
        old, new = (f"{dis.opname[text[offset]]} {text[offset + 1]}" for text in (original, bytecode))
        lines.append(f"{offset:4} {old:20} {'becomes ' + new if offset else ''}".rstrip())
    return "\n".join(lines)


def exits(made: Compiled, counts: dict[int, int]) -> str:
    """The exit table."""
    from tierup.reasons import sentence

    names = {i.offset: i.opname for i in dis.get_instructions(made.code)}
    rows = ["| exit | before | reason | what it means | taken |", "| --- | --- | --- | --- | --- |"]
    for number, (offset, reason, _) in enumerate(made.region["exits"]):
        rows.append(f"| {number} | {offset} `{names[offset]}` | `{reason}` | {sentence(reason)} | {counts.get(number) or ''} |")
    return "\n".join(rows)


# -- recording


def record(folder: Path) -> None:
    """Run the program and keep the snapshot of the function's call, without what was special about this run."""
    with tempfile.TemporaryDirectory(prefix="tierup-tour-") as scratch:
        wanted = {"TIERUP_COMPILER": "inline", "TIERUP_CACHE": "0", "TIERUP_SNAPSHOT_DIR": scratch}
        program = str(folder / "tour.py")
        subprocess.run([sys.executable, "-m", "tierup", "run", program], env={**os.environ, **wanted}, check=True)
        snapshot = load(str(next(Path(scratch).glob(f"{NAME}-*-call-*{SUFFIX}"))))
    code = find_code(program, NAME).replace(co_filename="tour.py")
    snapshot.update(code=marshal.dumps(code), failed={})
    (folder / f"tour{SUFFIX}").write_bytes(wire.pack({"snapshot": snapshot, "detail": ""}))


def main(arguments: list[str]) -> int:
    """Write the page."""
    folder = Path(([word for word in arguments if not word.startswith("-")] or ["docs"])[0])
    if "--record" in arguments:
        record(folder)
    (folder / "tour.md").write_text(page(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`tierup dump` and `tierup replay`: a function at every stage, from a program that is run or from a saved snapshot."""

from __future__ import annotations

import dis
import importlib.util
import io
import marshal
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierup import wire
from tierup.reports import host

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from types import CodeType

SUFFIX = ".snapshot"


class NotFound(Exception):
    """There is no such file, function or snapshot; the text is for the user."""


def dump(options: argparse.Namespace) -> int:
    """Print the chosen stages of one function."""
    try:
        if options.snapshot:
            snapshots = [load(options.snapshot)]
        elif options.function:
            path, name, command = locate(options.function)
            code = find_code(path, name)
            show_bytecode(code, options.stage)
            snapshots = run_for_snapshots([*command, *options.args], code) if needs_compiler(options.stage) else []
        else:
            raise NotFound("say which function (FILE:FUNCTION), or which --snapshot")
        return max((show(snapshot, options.stage, bool(options.snapshot)) for snapshot in snapshots), default=0)
    except NotFound as error:
        print(f"tierup dump: {error}", file=sys.stderr)
        return 2


def replay(options: argparse.Namespace) -> int:
    """Compile a saved snapshot again; 1 if the compiler refuses it."""
    try:
        return show(load(options.file), options.stage, True)
    except NotFound as error:
        print(f"tierup replay: {error}", file=sys.stderr)
        return 2


def needs_compiler(stages: Sequence[str]) -> bool:
    """Everything but the bytecode is made by the compiler."""
    return any(stage != "bytecode" for stage in stages)


def locate(where: str) -> tuple[str, str, list[str]]:
    """FILE:FUNCTION or module:function -> the source file, the function's name, and what python gets to run it."""
    place, colon, name = where.rpartition(":")
    if not colon or not place or not name:
        raise NotFound(f"{where!r} is not FILE:FUNCTION")
    if os.path.exists(place):
        return place, name, [place]
    return module_file(place), name, ["-m", place]


def module_file(module: str) -> str:
    """The source file of a module, which is not imported (its packages are)."""
    sys.path.insert(0, "")
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    finally:
        del sys.path[0]
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        raise NotFound(f"no file and no Python module is called {module}")
    return spec.origin


def find_code(path: str, name: str) -> CodeType:
    """The code object of a function (by name or qualified name) in a source file."""
    try:
        whole = compile(Path(path).read_bytes(), path, "exec")
    except (OSError, SyntaxError, ValueError) as error:
        raise NotFound(f"{path}: {error}") from error
    found = next((code for code in walk(whole) if name in (code.co_name, qualified(code))), None)
    if found is None:
        known = ", ".join(sorted({qualified(code) for code in walk(whole)}))
        raise NotFound(f"{path} has no function {name}; it has {known}")
    return found


def walk(code: CodeType) -> Iterator[CodeType]:
    """A code object and all those inside it."""
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from walk(constant)


def qualified(code: CodeType) -> str:
    """The qualified name (3.11 has it)."""
    return str(getattr(code, "co_qualname", code.co_name))


def show_bytecode(code: CodeType, stages: Sequence[str]) -> None:
    """The bytecode with its inline caches, if it is wanted."""
    if "bytecode" not in stages:
        return
    out = io.StringIO()
    if sys.version_info >= (3, 11):
        dis.dis(code, file=out, depth=0, show_caches=True)
    else:
        dis.dis(code, file=out, depth=0)
    section("bytecode", out.getvalue())


def section(title: str, text: str) -> None:
    """One stage of the output."""
    print(f";; ---- {title}\n{text.rstrip()}\n")


def run_for_snapshots(command: Sequence[str], code: CodeType) -> list[dict[str, Any]]:
    """Run the program with everything hot at once, and take the snapshots made of this function."""
    with tempfile.TemporaryDirectory(prefix="tierup-dump-") as folder:
        environ = {**os.environ, "TIERUP": "1", "TIERUP_MODE": "force", "TIERUP_CACHE": "0", "TIERUP_SNAPSHOT_DIR": folder}
        subprocess.run([sys.executable, *host.interpreter_flags(), *command], env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        loaded = [load(str(path)) for path in sorted(Path(folder).glob("*" + SUFFIX))]
    matching = [snapshot for snapshot in loaded if is_of(snapshot, code)]
    if not matching:
        raise NotFound(f"the program ran, but no part of {qualified(code)} was hot or could be compiled")
    return matching


def is_of(snapshot: dict[str, Any], code: CodeType) -> bool:
    """Was this snapshot made of this function?"""
    other = marshal.loads(snapshot["code"])
    return (other.co_name, other.co_firstlineno, qualified(other)) == (code.co_name, code.co_firstlineno, qualified(code))


def load(path: str) -> dict[str, Any]:
    """Read a saved snapshot: from TIERUP_SNAPSHOT_DIR, or one that the compiler kept because it failed on it."""
    try:
        messages = wire.Reader().feed(Path(path).read_bytes())
    except (OSError, wire.BadFrame) as error:
        raise NotFound(f"{path} is not a snapshot: {error}") from error
    saved = messages[0] if len(messages) == 1 else None
    snapshot = saved.get("snapshot") if isinstance(saved, dict) else None
    if not isinstance(snapshot, dict) or snapshot.get("format") != 1 or "code" not in snapshot:
        raise NotFound(f"{path} is not a snapshot of this version of tierup")
    return snapshot


def show(snapshot: dict[str, Any], stages: Sequence[str], with_bytecode: bool) -> int:
    """Compile a snapshot and print the chosen stages and the outcome; 1 if it was refused."""
    if with_bytecode:
        show_bytecode(marshal.loads(snapshot["code"]), stages)
    from tierup.compiler.compile import compile_snapshot

    dumps: dict[str, str] = {}
    region = compile_snapshot(snapshot, dumps)
    for stage, text in dumps.items():
        if any(stage == chosen or stage.startswith(chosen + ":") for chosen in stages):
            section(stage, text)
    print(f";; ---- {snapshot.get('kind')} region, header {snapshot.get('header')}: {outcome(region)}")
    return 1 if "refused" in region else 0


def outcome(region: dict[str, Any]) -> str:
    """One line about what the compiler answered."""
    if "refused" in region:
        return f"refused: {region['refused']} {region.get('detail', '')}".rstrip()
    return f"{region['code_size']} bytes of code, {len(region['pool'])} pool entries, {len(region['exits'])} exits"

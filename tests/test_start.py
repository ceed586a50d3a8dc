"""What happens when the interpreter starts with TIERUP=1: our modules are loaded in a quicker way than the import system's, with the same outcome."""

from __future__ import annotations

import importlib.util
import marshal
import os
import subprocess
import sys
from opcode import opmap
from pathlib import Path
from typing import Any

import pytest
from programs import autostarts

from tierup import autostart
from tierup.runtime import loops

ATTRIBUTES = ("__name__", "__file__", "__cached__", "__package__", "__path__", "__doc__")
SPEC = ("name", "origin", "cached", "has_location", "parent", "submodule_search_locations")
SHOW = f"""
rows = []
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] == "tierup" and name != "tierup.autostart":
        spec = module.__spec__
        rows.append((name, [getattr(module, key, None) for key in {ATTRIBUTES}], [getattr(spec, key) for key in {SPEC}], type(spec.loader).__name__))
        rows[-1] += (sorted(key for key in vars(module) if key not in ("autostart", "_tierup")), vars(sys.modules["tierup"]).get("runtime") is not None)
print(rows)
"""


def shown(start: str) -> str:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TIERUP")}
    return subprocess.run([sys.executable, "-c", f"import sys\n{start}\n{SHOW}"], env=variables, capture_output=True, text=True, check=True).stdout


def test_as_the_import_system_does() -> None:
    quick = shown("import tierup.autostart as start, tierup.settings; start.load_quickly(); import tierup.runtime.switch")
    assert quick == shown("import tierup, tierup.settings, tierup.runtime.switch")
    assert all(f"tierup.{name}" in quick for name in autostart.MODULES)


def test_nothing_is_left_to_the_import_system() -> None:
    start = "import tierup.autostart as start, tierup.settings; start.load_quickly(); before = set(sys.modules); import tierup.runtime.switch"
    assert shown(f"{start}; print(set(sys.modules) - before)").startswith("set()\n")
    assert eval(shown(f"{start}; print([name for name in start.MODULES if 'tierup.' + name not in sys.modules])").partition("\n")[0]) == []


@pytest.fixture
def module(tmp_path: Path) -> tuple[str, str]:
    source = tmp_path / "part.py"
    source.write_text("value = 1\n")
    cached = importlib.util.cache_from_source(str(source))
    assert not subprocess.run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "timestamp", str(source)], check=True).returncode
    return str(source), cached


def test_a_compiled_file_that_is_up_to_date(module: tuple[str, str]) -> None:
    names: dict[str, Any] = {}
    exec(marshal.loads(autostart.compiled(*module)[16:]), names)
    assert names["value"] == 1


def test_a_source_that_is_newer(module: tuple[str, str]) -> None:
    Path(module[0]).write_text("value = 2000\n")
    with pytest.raises(ValueError, match="out of date"):
        autostart.compiled(*module)


def test_a_compiled_file_of_another_kind(module: tuple[str, str]) -> None:
    data = Path(module[1]).read_bytes()
    for other in (b"", data[:10], b"abcd" + data[4:], data[:4] + b"\1" + data[5:]):
        Path(module[1]).write_bytes(other)
        with pytest.raises(ValueError, match="out of date"):
            autostart.compiled(*module)
    Path(module[1]).unlink()
    with pytest.raises(OSError, match="No such file"):
        autostart.compiled(*module)


def test_opcodes_are_those_of_the_library() -> None:
    assert {name: opmap[name] for name in loops.OPCODES} == loops.OPCODES
    assert {name for name in opmap if "JUMP_BACKWARD" in name} <= loops.OPCODES.keys()


# -- with TIERUP=1

LATER = """
import sys, time
names = set(sys.modules)
switch = sys.modules["tierup.runtime.switch"]
def content():
    return "enable" in vars(switch)
def run(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(i * i % 7 for i in range(1000))
"""
needs_autostart = pytest.mark.skipif(not autostarts(), reason="tierup is not installed here")


NO_CACHE = {"TIERUP": "1", "TIERUP_CACHE": "0", "TIERUP_MODE": "on"}


def started(program: str, **variables: str) -> list[str]:
    command = [sys.executable, "-c", LATER + program]
    return subprocess.run(command, env=os.environ | NO_CACHE | variables, capture_output=True, text=True, check=True).stdout.split()


@needs_autostart
@pytest.mark.parametrize("ask", ["switch.state", "__import__('tierup').enabled()", "__import__('tierup.runtime.control').runtime.control.Control"])
def test_modules_have_no_content_until_somebody_asks(ask: str) -> None:
    assert started("print(content(), hasattr(switch, '__wrapped__'), content())") == ["False", "False", "False"]
    program = f"found = {ask}; print(content(), bool(found), switch.enabled(), '__getattr__' in vars(switch))"
    assert started(program) == ["True", "True", "True", "False"]


@needs_autostart
def test_modules_have_their_content_when_there_is_something_to_do(tmp_path: Path) -> None:
    assert started("run(0.5); print(content(), set(sys.modules) == names)", TIERUP_SOCKET_DIR=str(tmp_path)) == ["True", "True"]


@needs_autostart
@pytest.mark.parametrize(("name", "value"), [("TIERUP_MODE", "force"), ("TIERUP_COMPILER", "inline"), ("TIERUP_STATS", "1")])
def test_modules_have_their_content_at_once(name: str, value: str) -> None:
    assert started("print(content())", **{name: value}) == ["True"]


@needs_autostart
def test_an_attribute_that_is_not_there() -> None:
    assert started("print(hasattr(switch, 'nonsense'), content())") == ["False", "True"]


@needs_autostart
def test_a_program_that_has_changed_its_builtins_is_not_called(tmp_path: Path) -> None:
    program = """
import builtins
log, real = [], builtins.__import__
sys.addaudithook(lambda event, arguments: log.append(event))
builtins.__import__ = lambda *rest: log.append(rest) or real(*rest)
builtins.isinstance = builtins.len = lambda *rest: log.append(rest)
builtins.other = range
log.clear()
run(0.5)
builtins.__import__ = real
seen = log.copy()
objects, visit = sys.modules["tierup.runtime.objects"], sys.modules["tierup.runtime.control"].Control.visit
print(content(), seen, "other" in objects.BUILTIN_TYPES, visit.__builtins__["__import__"] is real, objects.__builtins__ is visit.__builtins__)
"""
    assert started(program, TIERUP_SOCKET_DIR=str(tmp_path)) == ["True", "[]", "False", "True", "True"]

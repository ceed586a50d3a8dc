"""The command line: `tierup run` can't be told from python, autostart is silent, doctor and compare say what is so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs import clean_environment

from tierup import wire
from tierup.reports import host, target
from tierup.reports.stats import text

TIMEOUT = 60

LOOK_AROUND = """
import sys, __main__
names = vars(__main__)
print(sys.argv, sys.path[:2], sys.flags, sys.orig_argv[1:], sys.warnoptions, sorted(sys._xoptions.items()))
print(sorted(name for name in names if name.startswith("__")))
print(__name__, names.get("__file__"), names["__builtins__"])
print(str(names["__spec__"]).split(" object at ")[0], type(names["__loader__"]), names.get("__package__"))
print(sys.stdin.read(), __debug__)
"""
FAIL = """
class Odd(Exception):
    def __str__(self):
        return "odd"

def inner(x):
    return 1 / x

def outer():
    try:
        inner(0)
    except ZeroDivisionError as error:
        raise Odd from error

outer()
"""

PROGRAMS = {
    "look": LOOK_AROUND,
    "fail": FAIL,
    "exit_code": "import sys; print('out'); sys.exit(17)",
    "exit_text": "import sys; sys.exit('the end')",
    "exit_none": "raise SystemExit",
    "interrupted": "import os, signal; print('before', flush=True); os.kill(os.getpid(), signal.SIGINT); print('after')",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "syntax": "def f(:\n    pass\n",
    "signals": "import signal; print([signal.getsignal(n) for n in (signal.SIGPIPE, signal.SIGINT, signal.SIGXFSZ)])",
    "descriptors": "import os; print(sorted(os.listdir('/proc/self/fd')))",
    "bytes": "import sys; sys.stdout.buffer.write(bytes(range(256)))",
    "child": "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True))",
}


def execute(arguments, folder, flags=(), given="", **variables):
    """Run python with these arguments; what it wrote and how it ended."""
    environ = {**clean_environment(), "TIERUP_CACHE": "0", **variables}
    command = [sys.executable, *flags, *arguments]
    return subprocess.run(command, cwd=folder, env=environ, input=given.encode(), capture_output=True, timeout=TIMEOUT, check=False)


def same(arguments, folder, flags=(), given="") -> None:
    """`tierup run` must give what python gives, byte for byte."""
    plain = execute(arguments, folder, flags, given)
    ours = execute(["-m", "tierup", "run", *arguments], folder, flags, given)
    assert (ours.stdout, without_our_line(ours.stderr), ours.returncode) == (plain.stdout, plain.stderr, plain.returncode)


def without_our_line(stderr: bytes) -> bytes:
    """stderr without the one line that says why the program runs plainly here."""
    first, end, rest = stderr.partition(b"\n")
    return rest if first.startswith(b"tierup: ") and end else stderr


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for name, source in PROGRAMS.items():
        (tmp_path / f"{name}.py").write_text(source)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("print('pack', __name__)\n")
    (tmp_path / "pack" / "__main__.py").write_text(LOOK_AROUND)
    return tmp_path


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_file_runs_as_with_python(folder: Path, name: str) -> None:
    same([f"{name}.py", "one", "--two", "-m", ""], folder, given="text\n")


@pytest.mark.parametrize(
    "arguments",
    [["-m", "look", "a", "-c"], ["-mlook"], ["-m", "pack", "--stats"], ["-m", "nosuch"], ["pack"], ["nosuch.py"], ["./look.py"]],
    ids=" ".join,
)
def test_modules_and_folders(folder: Path, arguments: list[str]) -> None:
    same(arguments, folder)


@pytest.mark.parametrize("arguments", [["-c", LOOK_AROUND, "-x", "y"], ["-c", FAIL], ["-cprint(1)"], ["-c", "import sys; sys.exit(3)"]])
def test_code(folder: Path, arguments: list[str]) -> None:
    same(arguments, folder)


@pytest.mark.parametrize("text", ["print(__name__, __import__('sys').argv)\n", "1 / 0\n"])
def test_program_from_stdin(folder: Path, text: str) -> None:
    same(["-", "a", "b"], folder, given=text)


@pytest.mark.parametrize("flags", [["-O"], ["-W", "error", "-X", "dev"], ["-Xutf8", "-uB"], ["-I"], ["-E", "-s"], ["-bb", "-Wonce"]], ids=" ".join)
def test_flags_of_the_interpreter(folder: Path, flags: list[str]) -> None:
    if "-I" in flags and not host.autostart_file():
        pytest.skip("tierup is not installed here")
    same(["look.py", "a"], folder, flags)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["-m", "tierup", "run"], []),
        (["-mtierup", "run", "-m", "x"], []),
        (["-uBm", "tierup"], ["-uB"]),
        (["-W", "-m", "-X", "m", "-Xmm", "-m", "tierup"], ["-W", "-m", "-X", "m", "-Xmm"]),
        (["-OXdev", "script", "-u"], ["-OXdev"]),
        (["--check-hash-based-pycs", "never", "-Ic", "code"], ["--check-hash-based-pycs", "never", "-I"]),
        (["-", "-u"], []),
    ],
)
def test_flags_are_found(words: list[str], flags: list[str]) -> None:
    assert host.leading_flags(words) == flags


@pytest.mark.parametrize(
    ("words", "own", "rest"),
    [
        (["--stats", "x.py", "--stats"], ["--stats"], ["x.py", "--stats"]),
        (["--mode", "force", "-m", "x"], ["--mode", "force"], ["-m", "x"]),
        (["--mode=force", "-cpass"], ["--mode=force"], ["-cpass"]),
        (["--stats"], ["--stats"], []),
        (["-"], [], ["-"]),
    ],
)
def test_target_is_found(words: list[str], own: list[str], rest: list[str]) -> None:
    assert target.split(words, ("--mode",)) == (own, rest)


def test_nothing_to_run_is_an_error(folder: Path) -> None:
    for arguments in ([], ["--stats"], ["-m"], ["--no-such-option", "x.py"], ["--threshold", "many", "x.py"]):
        done = execute(["-m", "tierup", "run", *arguments], folder)
        assert done.returncode == 2 and b"usage: tierup run" in done.stderr and b"Traceback" not in done.stderr


def test_options_reach_the_program_as_variables(folder: Path) -> None:
    code = "import os; print({k: v for k, v in os.environ.items() if k in ('TIERUP_MODE', 'TIERUP_THRESHOLD', 'TIERUP_CACHE')})"
    done = execute(["-m", "tierup", "run", "--mode", "off", "--threshold", "9", "--no-cache", "-c", code], folder, TIERUP_CACHE=str(folder))
    assert eval(done.stdout) == {"TIERUP_MODE": "off", "TIERUP_THRESHOLD": "9", "TIERUP_CACHE": "0"}


def test_without_site_it_says_so_in_one_line(folder: Path) -> None:
    source = str(Path(host.__file__).parents[2])
    done = execute(["-m", "tierup", "run", "-c", "print(1)"], folder, ["-S"], PYTHONPATH=source)
    assert done.stdout == b"1\n" and done.returncode == 0
    assert done.stderr.startswith(b"tierup: ") and done.stderr.count(b"\n") == 1


LOADED = "import sys; print(sorted(name for name in sys.modules if name.startswith('tierup')))"
needs_autostart = pytest.mark.skipif(not host.autostart_file(), reason="tierup is not installed here")


@pytest.mark.parametrize("variables", [{}, {"TIERUP": "0"}, {"TIERUP": ""}], ids=str)
def test_nothing_is_loaded_without_the_variable(folder: Path, variables: dict[str, str]) -> None:
    assert execute(["-c", LOADED], folder, **variables).stdout == b"[]\n"


@needs_autostart
def test_autostart(folder: Path) -> None:
    done = execute(["-c", LOADED], folder, TIERUP="1")
    assert b"'tierup.autostart'" in done.stdout and done.stderr == b""
    assert b"rich" not in done.stdout and b"tierup.compiler" not in done.stdout and b"tierup.ir" not in done.stdout


@needs_autostart
@pytest.mark.parametrize("variables", [{"TIERUP_CACHE": "/proc/no"}, {"TIERUP_SOCKET_DIR": "/proc/no"}, {"TIERUP_MODE": "what"}, {"HOME": "/nowhere"}], ids=str)
def test_autostart_is_silent_whatever_is_wrong(folder: Path, variables: dict[str, str]) -> None:
    done = execute(["-c", "print(1)"], folder, TIERUP="1", **variables)
    assert (done.stdout, done.stderr, done.returncode) == (b"1\n", b"", 0)


@needs_autostart
def test_autostart_is_inherited_by_children(folder: Path) -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {LOADED!r}])"
    assert b"'tierup.autostart'" in execute(["-c", code], folder, TIERUP="1").stdout


def test_doctor_is_consistent(folder: Path) -> None:
    done = execute(["-m", "tierup", "doctor"], folder, TIERUP_CACHE=str(folder / "cache"), TIERUP_SOCKET_DIR=str(folder / "socket"))
    text = done.stdout.decode()
    assert ("PROBLEM" in text) == (done.returncode == 1) and done.stderr == b""
    assert f"The cache directory is usable and private: {folder / 'cache'}" in text
    assert (folder / "cache").stat().st_mode & 0o077 == 0


def test_doctor_finds_what_is_wrong(folder: Path) -> None:
    (folder / "open").mkdir()
    (folder / "open").chmod(0o777)
    done = execute(["-m", "tierup", "doctor"], folder, TIERUP_CACHE=str(folder / "open"), TIERUP_MODE="what", TIERUP_SOCKET_DIR="/proc/no")
    assert done.returncode == 1
    for words in ("can be written by others", "TIERUP_MODE=what", "compiler"):
        assert words in done.stdout.decode()


def test_compare(folder: Path) -> None:
    (folder / "program.py").write_text("print(sum(range(1000)), set('abc'))")
    done = execute(["-m", "tierup", "compare", "--runs", "1", "--json", "out.json", "program.py"], folder)
    assert done.returncode == 0, done.stderr
    assert "Output is equal in all 3 runs" in done.stdout.decode()
    numbers = json.loads((folder / "out.json").read_text())
    assert numbers["equal"] and set(numbers["ratio"]) == {"cold", "warm"} and len(numbers["seconds"]["plain"]) == 1


def test_compare_sees_differences(folder: Path) -> None:
    (folder / "program.py").write_text("import os, sys; print(os.getpid()); sys.exit(os.getpid() % 200)")
    done = execute(["-m", "tierup", "compare", "--runs", "1", "program.py"], folder)
    assert done.returncode == 1 and "output line 1 is" in done.stdout.decode() and "exit code" in done.stdout.decode()


def test_dump_of_bytecode(folder: Path) -> None:
    done = execute(["-m", "tierup", "dump", "fail.py:inner", "--stage", "bytecode"], folder)
    assert done.returncode == 0 and b"BINARY_OP" in done.stdout and b"CACHE" in done.stdout


@pytest.mark.parametrize("where", ["fail.py:nosuch", "nosuch.py:f", "nosuch:f", "fail.py", "syntax.py:f", "pack.no:f"])
def test_dump_of_nothing(folder: Path, where: str) -> None:
    done = execute(["-m", "tierup", "dump", where, "--stage", "bytecode"], folder)
    assert done.returncode == 2 and b"Traceback" not in done.stderr and done.stderr


def test_replay_of_garbage(folder: Path) -> None:
    (folder / "bad").write_bytes(os.urandom(100))
    (folder / "empty").write_bytes(b"")
    (folder / "other").write_bytes(wire.pack({"snapshot": {"format": 999}, "detail": ""}))
    for name in ("bad", "missing", "empty", "other"):
        done = execute(["-m", "tierup", "replay", name], folder)
        assert done.returncode == 2 and b"Traceback" not in done.stderr


def test_text_of_statistics() -> None:
    exits = [("app.py", 7, "f", "overflow", 3), ("app.py", 9, "g", "type_changed", 40)]
    numbers = {"regions_compiled": 2, "regions_loaded": 1, "regions_dropped": 0, "compile_seconds": 1.5, "compiler": "process", "entries": 99, "exits": exits}
    lines = text({**numbers, "refused": [("app.py", 20, "h", "too_short")], "problem": ""}).splitlines()
    assert lines[:4] == [
        "tierup: 2 regions compiled, 1 loaded from the cache, 0 improved, 0 dropped",
        "tierup: 1.50 s spent compiling, in the compiler process",
        "tierup: 99 entries into compiled code",
        "tierup: 43 exits to the interpreter:",
    ]
    assert "app.py:9 in g" in lines[4] and "[type_changed]" in lines[4] and "app.py:7 in f" in lines[5]
    assert "[too_short]" in lines[-1]
    assert text({}).startswith("tierup: 0 regions compiled")

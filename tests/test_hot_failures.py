"""Things that happen to a program while compiled code runs: interrupts, tools, stack and memory limits, a compiler that dies.

What the compiler process and the cache do by themselves in bad times is tested in test_connect.py and test_cache.py.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import hot_programs
import pytest
from programs import FORCE, ON, PLAIN, STRESS, Mode, difference, run
from worker_fakes import worker_pids

MODES = [FORCE, STRESS[0], ON]
KILLS = 200
KILL_RUNS = 4
KILL_SECONDS = 45.0  # per run; a busy machine gets fewer kills done

in_every_mode = pytest.mark.parametrize("how", MODES, ids=lambda how: how.name)


def same(how: Mode, code: str, *args: str, timeout: float = 60.0) -> None:
    """Runs from stdin would have no source lines; `-c` has none either, and needs no file."""
    expected = run(PLAIN, ["-c", code, *args], timeout)
    problem = difference(expected, run(how, ["-c", code, *args], timeout))
    assert not problem, problem


@in_every_mode
def test_interrupt_in_a_native_loop(how: Mode) -> None:
    same(how, hot_programs.INTERRUPT_LOOP)


@in_every_mode
def test_interrupt_ends_the_program(how: Mode) -> None:
    got = run(how, ["-c", hot_programs.INTERRUPT_EXIT])
    assert got.code in (-signal.SIGINT, 128 + signal.SIGINT)
    assert got.stderr.endswith("KeyboardInterrupt\n")
    assert "in spin" in got.stderr


@in_every_mode
def test_interrupt_runs_finally_and_exit(how: Mode) -> None:
    same(how, hot_programs.INTERRUPT_CLEANUP)


@in_every_mode
def test_recursion_to_the_limit(how: Mode) -> None:
    same(how, hot_programs.OVERFLOWING_STACK)


@in_every_mode
def test_recursion_far_deeper_than_the_c_stack_allows(how: Mode) -> None:
    """Python's own frames need no C stack; ours must notice when it runs short and go through the interpreter."""
    same(how, hot_programs.VERY_DEEP)


@in_every_mode
def test_trace_function_in_the_middle(how: Mode) -> None:
    same(how, hot_programs.TRACE_MIDWAY)


@in_every_mode
def test_profile_in_the_middle(how: Mode) -> None:
    same(how, hot_programs.PROFILE_FROM_THREAD)


@in_every_mode
def test_another_thread_looks_at_the_frames(how: Mode) -> None:
    same(how, hot_programs.OTHER_THREAD_LOOKS)


@pytest.mark.parametrize("how", [ON], ids=lambda how: how.name)
def test_memory_runs_out(how: Mode) -> None:
    same(how, hot_programs.MEMORY_ERRORS)


@in_every_mode
@pytest.mark.parametrize("ending", ["exit", "os._exit", "raise", "abort", "string"])
def test_exit_codes(how: Mode, ending: str) -> None:
    expected = run(PLAIN, ["-c", hot_programs.EXIT_CODES, ending], PYTHONFAULTHANDLER="")
    got = run(how, ["-c", hot_programs.EXIT_CODES, ending], PYTHONFAULTHANDLER="")
    assert not difference(expected, got)


@pytest.mark.parametrize("number", range(KILL_RUNS))
def test_compiler_killed_again_and_again(number: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Programs that keep having new hot functions, and a compiler process that keeps being killed: results right, time bounded.

    A program that has lost its compiler waits before it starts another one, so many short programs meet more kills than a long one.
    """
    folder = short_folder(tmp_path_factory, number)
    random_ = random.Random(number)
    kills = 0
    end = time.monotonic() + KILL_SECONDS
    while kills < KILLS // KILL_RUNS and time.monotonic() < end:
        program = start_victim(folder, seconds=0.6)
        kills += kill_until_it_ends(program, folder, random_)
        output, errors = program.communicate(timeout=40)
        assert (program.returncode, output) == (0, "all right\n"), errors
    assert kills >= 10, f"only {kills} compiler processes were found: next to nothing was tested"


def short_folder(tmp_path_factory: pytest.TempPathFactory, number: int) -> Path:
    """The path of a socket may have about a hundred characters."""
    folder = tmp_path_factory.mktemp(f"k{number}")
    folder.chmod(0o700)
    return folder


def start_victim(folder: Path, seconds: float) -> subprocess.Popen[str]:
    variables = ON.environment() | {"TIERUP_SOCKET_DIR": str(folder), "TIERUP_CACHE": "0", "TIERUP_STATS": "0"}
    command = [sys.executable, "-c", hot_programs.KILLED_COMPILER, str(seconds)]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_until_it_ends(program: subprocess.Popen[str], folder: Path, random_: random.Random) -> int:
    kills = 0
    while program.poll() is None:
        time.sleep(random_.random() * 0.1)
        for pid in worker_pids(folder):
            try:
                os.kill(pid, signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                pass
    return kills

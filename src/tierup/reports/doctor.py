"""`tierup doctor`: one line per thing that must be right, in plain words, and what to do if it isn't."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from tierup.reasons import REASONS
from tierup.reports import host
from tierup.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Finding(NamedTuple):
    """One checked thing: is it well, what was found, and what to do if it isn't well."""

    well: bool
    words: str
    advice: str = ""


def doctor() -> int:
    """Print all findings; 0 only if all is well."""
    findings = list(examine())
    for finding in findings:
        print(f"{'ok     ' if finding.well else 'PROBLEM'}  {finding.words}")
        if finding.advice and not finding.well:
            print(f"         {finding.advice}")
    ill = sum(not finding.well for finding in findings)
    print("All is well." if not ill else f"{ill} problem{'s' * (ill > 1)}; programs run all the same, but not all of them faster.")
    return 1 if ill else 0


def examine() -> Iterator[Finding]:
    """The checks in the order in which things are needed; the rest makes no sense on an unsupported interpreter."""
    reason = host.unsupported()
    yield interpreter(reason)
    if reason in ("", "no_extension", "patch_release"):
        yield extension(reason)
        yield autostart()
        yield from switched_off()
        yield compiler(reason)
        yield cache(settings.cache_dir)
    for problem in settings.problems:
        yield Finding(False, f"A setting is not understood: {problem}.", "Correct or remove the environment variable.")


def interpreter(reason: str) -> Finding:
    """Is this interpreter supported?"""
    name = f"{sys.implementation.name} {sys.version.split()[0]} ({sys.executable})"
    if reason in ("", "no_extension", "patch_release"):
        return Finding(True, f"The interpreter is supported: {name}.")
    row = REASONS.get(reason)
    return Finding(False, f"The interpreter is not supported: {name}. {row.sentence if row else reason}", row.hint if row else "")


def extension(reason: str) -> Finding:
    """Is the extension there, and made for this very interpreter?"""
    if not reason:
        return Finding(True, "The C extension is present and matches the interpreter.")
    row = REASONS[reason]
    return Finding(False, row.sentence, row.hint)


def autostart() -> Finding:
    """Does TIERUP=1 work?"""
    path = host.autostart_file()
    if path:
        return Finding(True, f"TIERUP=1 works: {path} is in place.")
    words = f"TIERUP=1 and `tierup run` don't work: {host.PTH} is not in site-packages."
    return Finding(False, words, "Install tierup with pip; running it from a source folder is not enough.")


def switched_off() -> Iterator[Finding]:
    """A setting that turns everything off is worth a word."""
    if settings.mode == "off":
        yield Finding(False, "tierup is switched off by TIERUP_MODE=off.", "Remove the environment variable.")


def compiler(reason: str) -> Finding:
    """Does the compiler process start and answer?"""
    if reason:
        return Finding(False, "The compiler was not tried, because the extension can't be used.")
    if importlib.util.find_spec("llvmlite") is None:
        return Finding(False, "llvmlite is missing; the compiler needs it.", "Install tierup with pip, which brings llvmlite.")
    if settings.compiler == "inline":
        return Finding(True, "Compiling happens in the program's own process (TIERUP_COMPILER=inline).")
    problem = ping()
    if problem:
        advice = f"Is {settings.socket_dir} yours and writable? TIERUP_SOCKET_DIR names another place."
        return Finding(False, f"The compiler process does not answer: {problem}", advice)
    return Finding(True, "The compiler process starts and answers.")


def ping() -> str:
    """Ask the compiler process; "" if it answers."""
    try:
        from tierup import _tierup
        from tierup.runtime import connect

        return connect.Client(_tierup.abi_tag(), settings.socket_dir).ping()
    except Exception as error:  # whatever is wrong there is what doctor is to report
        return f"{type(error).__name__}: {error}"


def cache(folder: str) -> Finding:
    """Can regions be kept on disk, where nobody else can change them?"""
    if not folder:
        return Finding(True, "No cache directory is used (TIERUP_CACHE=0); every run compiles anew.")
    try:
        try_cache(folder)
    except OSError as error:
        words = f"The cache directory {folder} can't be used: {error.strerror or error}."
        return Finding(False, words, "Make it yours alone (chmod go-w), or name another with TIERUP_CACHE; TIERUP_CACHE=0 does without.")
    return Finding(True, f"The cache directory is usable and private: {folder}.")


def try_cache(folder: str) -> None:
    """Make the directory if it isn't there, check its owner and permissions, write a file; OSError if anything is wrong."""
    from tierup.cache import private

    os.close(private.open_directory(folder, create=True))
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0" * 4096)

"""Sets up what the tests of the packages need below build/: one environment with all of them and tierup, and the unpacked sources."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

from table import Package

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PLACE = PROJECT / "build" / "packages"
REQUIREMENTS = HERE / "requirements.txt"
PLUGIN = "tierup_evidence"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
ENVIRONMENT = PLACE / f"venv-{VERSION}"
PYTHON = ENVIRONMENT / "bin" / "python"
LIBRARY = ENVIRONMENT / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def pip(*arguments: str) -> None:
    subprocess.run([PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments], check=True, cwd=PROJECT)


def digest_of(*paths: Path) -> str:
    """Of the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\0".encode() + path.read_bytes())
    return total.hexdigest()[:16]


def done_before(name: str, digest: str) -> bool:
    """Was this step done with the same input? If not, the caller does it and calls `done`."""
    stamp = PLACE / f".{name}-{VERSION}"
    return stamp.exists() and stamp.read_text() == digest


def done(name: str, digest: str) -> None:
    (PLACE / f".{name}-{VERSION}").write_text(digest)


def environment() -> None:
    """The packages and what their tests need, at fixed versions."""
    digest = digest_of(REQUIREMENTS)
    if done_before("requirements", digest):
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pip("install", "--requirement", str(REQUIREMENTS))
    done("requirements", digest)


def tierup_sources() -> list[Path]:
    """What is built: not the build's own output, which appears among it."""
    inside = [path for folder in ("src", "csrc") for path in (PROJECT / folder).rglob("*.*")]
    return [PROJECT / "setup.py", PROJECT / "pyproject.toml", *(path for path in inside if path.suffix in (".py", ".c", ".h", ".pth"))]


def install_tierup() -> str:
    """As a user installs it. Returns what stands for this state of tierup."""
    digest = digest_of(*tierup_sources())
    if not done_before("tierup", digest) or not (LIBRARY / "tierup").exists():
        pip("install", "--no-build-isolation", "--no-deps", "--force-reinstall", ".")
        done("tierup", digest)
    shutil.copy(HERE / "evidence.py", LIBRARY / f"{PLUGIN}.py")
    return digest


def unpacked(package: Package) -> Path:
    """The source distribution, which holds the tests; it is only unpacked, what runs is the installed package."""
    sources = PLACE / "sources"
    folder = sources / f"{package.name}-{package.version}"
    if not folder.exists():
        pip("download", "--no-deps", "--no-binary", package.name, "--dest", str(sources), f"{package.name}=={package.version}")
        with tarfile.open(folder.with_name(folder.name + ".tar.gz")) as archive:
            archive.extractall(sources, filter="data")
    return folder


def folder_for(package: Package) -> Path:
    """Where its tests are started."""
    if package.source:
        return unpacked(package)
    folder = PLACE / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    return folder

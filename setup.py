"""Builds the C extension and puts the autostart file where site looks for it; the rest stands in pyproject.toml."""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

PTH = "tierup_autostart.pth"
SUPPORTED = sys.implementation.name == "cpython" and sys.version_info[:2] == (3, 11) and (sys.platform, platform.machine()) == ("linux", "x86_64")


class BuildWithAutostart(build_py):
    """Copies the .pth file to the root of site-packages, next to the package."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            self.copy_file(f"src/{PTH}", str(Path(self.build_lib, PTH)))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), str(Path(self.build_lib, PTH))]


def build_folder() -> str:
    """One for each interpreter: the extension depends on the patch release, its file name does not say which."""
    interpreter = f"{sys.version} {sys.base_prefix}"
    return f"build/{platform.python_version()}-{hashlib.sha256(interpreter.encode()).hexdigest()[:8]}"


extension = Extension(
    "tierup._tierup",
    sorted(str(path) for path in Path("csrc").rglob("*.c")),
    depends=sorted(str(path) for path in Path("csrc").rglob("*.h")),
    include_dirs=["csrc"],
    # No stack protector (a flag of some interpreters): no array in here is filled from outside, and small functions that hand out an address are slow by it.
    libraries=["m"],  # so that the linker notes which version of pow and exp is meant: that of the interpreter, not the oldest there is, which is slower
    extra_compile_args=[
        *("-O2", "-std=gnu11", "-fvisibility=hidden", "-fno-stack-protector"),
        *("-Wall", "-Wno-unused-function", "-Werror=implicit-function-declaration"),
    ],
)

setup(
    ext_modules=[extension] if SUPPORTED else [],  # elsewhere tierup installs without it and does nothing
    cmdclass={"build_py": BuildWithAutostart},
    options={"build": {"build_base": build_folder()}},
)

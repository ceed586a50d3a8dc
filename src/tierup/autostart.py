"""Imported by `tierup_autostart.pth` when the interpreter starts with TIERUP=1: switches tierup on, silently.

Whatever goes wrong here must neither stop the program nor print anything: it then runs as plain Python.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

# What is imported at the start, in an order in which each needs only those before it.
PACKAGES = ("abi", "cache", "runtime")
MODULES = (
    "abi", "abi.inlining", "wire", "cache", "cache.key", "cache.private", "cache.store", "runtime", "runtime.arrays", "runtime.objects", "runtime.spawn",
    "runtime.connect", "runtime.asking", "runtime.loops", "runtime.units", "runtime.budget", "runtime.figures", "runtime.synchronous", "runtime.capture",
    "runtime.install", "runtime.preload", "runtime.regions", "runtime.control", "runtime.switch",
)  # fmt: skip
PYC_HEAD = 16  # magic number, flags, time and size of the source


def start() -> None:
    """Switch tierup on if the settings say so and this interpreter can be supported."""
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return
    from tierup.settings import settings

    if not settings.enabled or settings.mode == "off":
        return
    if not sys.flags.optimize and not sys.flags.verbose and sys.pycache_prefix is None:
        load_quickly()
    from tierup.runtime import switch

    switch.enable()
    if settings.stats:
        print_stats_at_exit()


def load_quickly() -> None:
    """Do for our own modules what the import system does, from the same files but without looking for them, which takes longer than all the rest.

    What can't be loaded so (its compiled file is missing, or older than the source) is left to the import system.
    """
    from tierup import _tierup

    folder = __file__.rpartition("/")[0]
    held = _tierup.hold_collections()  # a full one would come in the middle, for nothing: nearly all that is made stays
    try:
        for name in MODULES:
            load_module("tierup." + name, f"{folder}/{name.replace('.', '/')}" + ("/__init__.py" if name in PACKAGES else ".py"), name in PACKAGES)
    except (OSError, ValueError, EOFError, TypeError):
        return
    finally:
        _tierup.release_collections(held)


def load_module(name: str, source: str, package: bool) -> None:
    """Load a module whose compiled file is up to date, unless it is there; an exception if it isn't."""
    from _frozen_importlib import ModuleSpec
    from _frozen_importlib_external import SourceFileLoader

    if name in sys.modules:
        return
    folder, _, file = source.rpartition("/")
    cached = f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc"
    code = compiled(source, cached)
    spec = ModuleSpec(name, SourceFileLoader(name, source), origin=source, is_package=package)
    spec.has_location, spec.cached = True, cached
    if spec.submodule_search_locations is not None:
        spec.submodule_search_locations.append(folder)
    module = type(sys)(name)
    names = module.__dict__
    names.update(__package__=spec.parent, __loader__=spec.loader, __spec__=spec, __file__=source, __cached__=cached)
    if package:
        names["__path__"] = spec.submodule_search_locations
    sys.modules[name] = module
    try:
        exec(code, names)
    except BaseException:
        del sys.modules[name]
        raise
    above, _, own = name.rpartition(".")
    setattr(sys.modules[above], own, module)


def compiled(source: str, cached: str) -> CodeType:
    """The code in a compiled file that was made from the source as it is now; OSError or ValueError if there is none."""
    import marshal
    import posix
    from _frozen_importlib_external import MAGIC_NUMBER
    from _imp import _fix_co_filename  # type: ignore[attr-defined]

    now = posix.stat(source)
    file = posix.open(cached, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        data = posix.read(file, posix.fstat(file).st_size)
    finally:
        posix.close(file)
    stamp = (int(now.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (now.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    if data[:PYC_HEAD] != MAGIC_NUMBER + bytes(4) + stamp:
        raise ValueError("out of date")
    code: CodeType = marshal.loads(memoryview(data)[PYC_HEAD:])
    _fix_co_filename(code, source)
    return code


def print_stats_at_exit() -> None:
    """Registered first of all, so it runs last of all."""
    import atexit

    atexit.register(print_stats)


def print_stats() -> None:
    """Write the statistics to the real stderr, wherever the program has sent `sys.stderr`."""
    try:
        from tierup.reports.stats import text
        from tierup.runtime import switch

        stream = sys.__stderr__
        if stream is not None:
            stream.write(text(switch.stats()))
            stream.flush()
    except Exception:
        pass


try:
    start()
except Exception:
    pass

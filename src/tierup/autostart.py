"""Imported by `tierup_autostart.pth` when the interpreter starts with TIERUP=1: switches tierup on, silently.

Whatever goes wrong here must neither stop the program nor print anything: it then runs as plain Python.
"""

from __future__ import annotations

import _thread
import marshal
import posix
import sys
import time
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader
from _imp import _fix_co_filename  # type: ignore[attr-defined]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from tierup import _tierup
    from tierup.settings import Settings

# What is imported at the start, in an order in which each needs only those before it.
PACKAGES = ("abi", "cache", "runtime")
MODULES = (
    "abi", "abi.inlining", "wire", "percode", "cache", "cache.key", "cache.private", "cache.store", "runtime", "runtime.arrays", "runtime.objects",
    "runtime.spawn", "runtime.connect", "runtime.asking", "runtime.loops", "runtime.units", "runtime.budget", "runtime.figures", "runtime.synchronous",
    "runtime.capture", "runtime.install", "runtime.preload", "runtime.regions", "runtime.control", "runtime.switch",
)  # fmt: skip
LATER_SECONDS = 0.125  # of CPU time: until then nothing is learned but what pays for sure, and a program that ends does not pay for the content of our modules
PYC_HEAD = 16  # magic number, flags, time and size of the source


class Asked:
    """Looks up an attribute of a module that has no content yet."""

    __slots__ = ("names",)

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def __call__(self, name: str) -> Any:
        if not name.startswith("__"):  # those it has got already, or has none
            waiting.finish()
            if name in self.names:
                return self.names[name]
        raise AttributeError(f"module {self.names['__name__']!r} has no attribute {name!r}")


class Waiting:
    """Our modules while they have no content: it is read when the interpreter starts, and run when there is something to do for it, or somebody asks.

    All of them are in `sys.modules` before the program starts: what is added there later would disturb one that goes through it.
    """

    __slots__ = ("cached", "enables", "filled", "filling", "lock")

    def __init__(self) -> None:
        self.lock = _thread.RLock()
        self.filled = len(MODULES)
        self.filling = False
        self.enables = False  # tierup is to be on then
        self.cached = False  # there may be something in the cache

    def finish(self, wait: bool = True) -> bool:
        """Give them their content now, if they have none; False if another thread is about to."""
        if not self.lock.acquire(wait, 1.0 if wait else -1):
            return False
        held = _tierup.hold_collections()  # a full one would come in the middle, for nothing: nearly all that is made stays
        try:
            if not self.filling and self.filled < len(MODULES):
                self.filling = True
                fill(MODULES[self.filled :])
                self.filled, self.filling = len(MODULES), False
            if self.enables and not self.filling:
                self.enables = False
                _tierup.configure(poll=0)
                sys.modules["tierup.runtime.switch"].enable()
        finally:
            _tierup.release_collections(held)
            self.lock.release()
        return True


waiting = Waiting()


def prepare() -> bool:
    """Make our modules as the import system would, without looking for them, which takes longer than all the rest, and without content.

    If the compiled file of one isn't there, or older than the source, all are left to the import system: False.
    """
    import _blake2, _socket, _weakref, builtins, fcntl, select  # noqa: E401, F401, I001 - what they import

    folder = __file__.rpartition("/")[0]
    try:
        made = [made_module("tierup." + name, folder, name in PACKAGES) for name in MODULES]
    except (OSError, ValueError):
        return False
    for module in made:
        sys.modules[module.__name__] = module
        above, _, own = module.__name__.rpartition(".")
        setattr(sys.modules[above], own, module)
    waiting.filled = 0
    return True


def made_module(name: str, root: str, package: bool) -> ModuleType:
    """A module that has its compiled code with it; an exception if that can't be had."""
    if name in sys.modules:
        raise ValueError("loaded already")
    source = f"{root}/{name.partition('.')[2].replace('.', '/')}" + ("/__init__.py" if package else ".py")
    folder, _, file = source.rpartition("/")
    cached = f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc"
    data = compiled(source, cached)
    spec = ModuleSpec(name, SourceFileLoader(name, source), origin=source, is_package=package)
    spec.has_location, spec.cached = True, cached
    if spec.submodule_search_locations is not None:
        spec.submodule_search_locations.append(folder)
    module = type(sys)(name)
    names = module.__dict__
    names.update(__package__=spec.parent, __loader__=spec.loader, __spec__=spec, __file__=source, __cached__=cached)
    if package:
        names["__path__"] = spec.submodule_search_locations
    names.update(__compiled__=data, __getattr__=Asked(names))
    return module


def fill(wanted: tuple[str, ...]) -> None:
    """Run the code of modules, in this order."""
    for name in wanted:
        names = sys.modules["tierup." + name].__dict__
        del names["__getattr__"]
        code = marshal.loads(memoryview(names.pop("__compiled__"))[PYC_HEAD:])
        _fix_co_filename(code, names["__file__"])
        if waiting.enables:  # what is made has the interpreter's builtins once tierup is on
            names["__builtins__"] = {**globals()["__builtins__"], "__import__": present}
        exec(code, names)


def present(name: str, names: Any = None, local: Any = None, wanted: Any = (), level: int = 0) -> Any:
    """Imports what is there already, as nearly everything is, without the import system: that would call what the program may have put into `builtins`."""
    found = sys.modules.get(name)
    if found is None:
        return __import__(name, names, local, wanted, level)
    return found if wanted else sys.modules[name.partition(".")[0]]


def start() -> None:
    """Switch tierup on if the settings say so and this interpreter can be supported."""
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return
    from tierup.settings import settings

    if not settings.enabled or settings.mode == "off":
        return
    if not sys.flags.optimize and not sys.flags.verbose and sys.pycache_prefix is None:
        native()
        if prepare() and settings.mode == "on" and settings.compiler == "process" and not settings.stats and not _tierup.supported():
            start_later(settings)
            return
        waiting.finish()
    from tierup.runtime import switch

    switch.enable()
    if settings.stats:
        print_stats_at_exit()


def native() -> None:
    """The extension is needed by all that follows."""
    global _tierup
    from tierup import _tierup


def load_quickly() -> None:
    """Load our modules without the import system."""
    native()
    prepare()
    waiting.finish()


def start_later(settings: Settings) -> None:
    """The sampler looks around; our modules get their content when it has something to tell that can't wait, or may have regions in the cache."""
    waiting.enables = True
    waiting.cached = bool(settings.cache_dir) and posix.access(f"{settings.cache_dir}/{_tierup.abi_tag()}", posix.F_OK)
    _tierup.configure(hot_samples=settings.threshold, poll=int(waiting.cached))
    _tierup.start(first_visits)


def first_visits() -> None:
    """Called by the C side at a safe point, until our modules have their content."""
    try:
        events = _tierup.take_events()
        if not waiting.cached and all(map(postponed, events)):
            return
        if waiting.finish(False):
            sys.modules["tierup.runtime.switch"].state.visit(events)
        else:
            for event in events:
                postpone(event)
    except KeyboardInterrupt:
        _thread.interrupt_main()
    except BaseException:
        _tierup.stop()


def postponed(event: tuple[Any, ...]) -> bool:
    """Can this wait? It is code that was seen running, but not so often that learning about it would pay for sure, in a process that may be about to end."""
    if event[0] != "hot" or event[3] or time.process_time() > LATER_SECONDS:
        return False
    _tierup.rest_until(LATER_SECONDS)
    postpone(event)
    return True


def postpone(event: tuple[Any, ...]) -> None:
    """The code is told of once more when it is hot once more."""
    if event[0] == "hot":
        _tierup.set_code_state(event[1], 0)


def compiled(source: str, cached: str) -> bytes:
    """A compiled file that was made from the source as it is now; OSError or ValueError if there is none."""
    now = posix.stat(source)
    file = posix.open(cached, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        data = posix.read(file, posix.fstat(file).st_size)
    finally:
        posix.close(file)
    stamp = (int(now.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (now.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    if data[:PYC_HEAD] != MAGIC_NUMBER + bytes(4) + stamp:
        raise ValueError("out of date")
    return data


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

"""Decides what is compiled when: the part of tierup that the C side calls in the user's process.

`on_visit` is called at safe points when the sampler has something to tell. Nothing here may raise into the program,
print, or wait (except in `compile` and in force mode, which ask for it). For each code object there is a `Unit`, and in
it a `Target` for each entry that is wanted: a call, a loop header, or the resumes of a generator.
"""

from __future__ import annotations

import _thread
import posix
import time
from _weakref import ref as weak_reference

from tierup import wire
from tierup.cache.key import code_digest, region_key
from tierup.cache.store import Store
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from tierup.runtime.connect import Client

    Namespaces = tuple[dict[str, Any], dict[str, Any]]

EXIT_LIMIT = 50
RECOMPILE_LIMIT = 10
EXIT_SHARE = 5  # when a region is replaced, what it learns includes exits taken that many times less often than the limit
WINDOWS = 3  # how often the recorder looks at code before it is compiled: one look would take one phase of a program for the whole
FREQUENT = 3  # calls seen by the recorder that make regions for the loops of the same code unnecessary
WAIT_SECONDS = 20.0
INSTALL_ATTEMPTS = 200
FORCED_TICK_US = 200
SWEEP_EVERY = 256
OPTIMIZED = 1  # CO_OPTIMIZED: functions, not modules and class bodies
SUSPENDING = 0x20 | 0x80 | 0x200  # generators, coroutines
ASYNC_GENERATOR = 0x200  # nobody can get at the functions that resume them
COLD, RECORDING, REQUESTED, INSTALLED, REFUSED = range(5)  # the code states of the C side
HARMLESS_EXITS = frozenset(("loop_done", "frame_seen", "return_in_loop", "eval_breaker", "tracing", "stress"))
CALL = ("call", -1)
RESUME = ("resume", -1)
INLINED = 1 << 24  # offsets of exits from here on belong to inlined code


class Target:
    """One entry of one code object on its way to a region."""

    __slots__ = ("attempts", "exits", "failed", "key", "reason", "recompiled", "region", "state")

    def __init__(self) -> None:
        self.state = COLD
        self.region = -1
        self.exits: list[tuple[int, str, int]] = []
        self.failed: dict[int, list[str]] = {}
        self.recompiled = 0
        self.attempts = 0
        self.reason = ""
        self.key = ""


class Unit:
    """What is known about one code object, which is not kept alive."""

    __slots__ = ("code", "digest", "file", "line", "looked_at", "loops", "name", "profile", "seen", "spare", "targets", "windows")

    def __init__(self, code: CodeType) -> None:
        from tierup.runtime import loops

        self.code = weak_reference(code)
        self.digest = code_digest(code)
        self.loops = loops.loops(code)
        self.file = code.co_filename
        self.name = code.co_qualname
        self.line = code.co_firstlineno
        self.targets: dict[tuple[str, int], Target] = {}
        self.windows = 0
        self.looked_at = 0  # the windows there were at the last full collection
        self.spare: list[tuple[str, int]] = []  # loops without a target, as long as there is one for calls
        self.profile: dict[int, tuple[Any, ...]] = {}
        self.seen: dict[int, tuple[Any, ...]] = {}  # what was recorded earlier, without keeping anything alive

    def possible(self, code: CodeType) -> int:
        """How many entries the code can have at all."""
        return 1 if resumable_code(code) else len(self.loops) + callable_code(code)


def callable_code(code: CodeType) -> bool:
    """Can there be a region for calls? Module and class bodies run once; generators are not entered by a call."""
    return bool(code.co_flags & OPTIMIZED) and not code.co_flags & SUSPENDING


def resumable_code(code: CodeType) -> bool:
    """Can there be a region for resumes? Generators and coroutines have no other entry, their loops included."""
    return bool(code.co_flags & SUSPENDING) and not code.co_flags & ASYNC_GENERATOR


def main_entry(code: CodeType) -> tuple[str, int] | None:
    """How the code as a whole is entered, if it can be."""
    return RESUME if resumable_code(code) else CALL if callable_code(code) else None


class Control:
    """The state of tierup in this process."""

    def __init__(self) -> None:
        from tierup import _tierup

        self.native = _tierup
        self.abi = _tierup.abi_tag()
        self.on = False
        self.pid = posix.getpid()
        self.lock = _thread.allocate_lock()
        self.units: dict[int, Unit] = {}  # by id of the code
        self.regions: dict[int, tuple[Unit, Target]] = {}
        self.unplaced: dict[int, int] = {}  # region -> attempts to install it
        self.client: Client | None = None
        self.store = Store(settings.cache_dir, self.abi)
        self.counts = {"regions_compiled": 0, "regions_loaded": 0, "regions_dropped": 0, "entries": 0, "problems": 0}
        self.compile_seconds = 0.0
        self.exit_counts: dict[tuple[str, int, str, str], int] = {}
        self.polling = False
        self.news = 0
        self.problem = ""

    # -- visits

    def visit(self) -> None:
        """Handle what the C side has to tell, and the answers that have come."""
        if self.pid != posix.getpid():
            self.after_fork()
        if not self.lock.acquire(False):
            return
        try:
            for event in self.native.take_events():
                self.handle(event)
            self.poll()
        finally:
            self.lock.release()

    def handle(self, event: tuple[Any, ...]) -> None:
        """One event; a failure costs this event only."""
        try:
            handlers: dict[str, Callable[..., None]] = {"hot": self.hot, "recorded": self.recorded, "exits": self.exits, "dead": self.dead}
            handlers |= {"unreachable": self.unreachable, "collected": self.collected}
            handlers[event[0]](*event[1:])
        except Exception as error:
            self.note_problem(error)

    def poll(self) -> None:
        """Take answers, try again to install what could not be placed; ask for further visits while there is something to wait for."""
        if self.client is not None:
            self.client.poll()
        for region in list(self.unplaced):
            self.place(region)
        waiting = bool(self.unplaced) or (self.client is not None and bool(self.client.pending))
        if waiting != self.polling:
            self.polling = waiting
            self.native.configure(poll=int(waiting))

    def after_fork(self) -> None:
        """In a child process: what was asked for is answered to the parent; ask again when it is hot here."""
        self.pid = posix.getpid()
        self.lock = _thread.allocate_lock()
        self.polling = False
        for unit in list(self.units.values()):
            code = unit.code()
            waiting = [entry for entry, target in unit.targets.items() if target.state in (COLD, RECORDING, REQUESTED)]
            for entry in waiting:
                self.forget(unit, entry)
            if waiting and code is not None:
                self.native.set_code_state(code, COLD)

    def note_problem(self, error: BaseException) -> None:
        """Remember a failure of our own for `stats`."""
        self.counts["problems"] += 1
        self.problem = f"{error.__class__.__name__}: {error}"[:500]

    # -- events

    def unit(self, code: CodeType) -> Unit:
        """What is known about the code."""
        found = self.units.get(id(code))
        if found is None or found.code() is not code:
            found = self.units[id(code)] = Unit(code)
            self.news += 1
            if self.news % SWEEP_EVERY == 0:
                self.sweep()
        return found

    def sweep(self) -> None:
        """Forget code that is gone."""
        self.units = {key: unit for key, unit in self.units.items() if unit.code() is not None}

    def hot(self, code: CodeType, header: int) -> None:
        """The code was seen running often: load its regions, or watch it to have them compiled."""
        if self.spared(code):
            return
        unit = self.unit(code)
        wanted = [entry for entry in self.wanted(unit, code, header) if entry not in unit.targets]
        for entry in wanted:
            unit.targets[entry] = Target()
        missing = [entry for entry in wanted if not self.load_cached(unit, code, entry)]
        if missing and self.compiler_rests():
            for entry in missing:
                del unit.targets[entry]
            self.native.set_code_state(code, COLD)
        elif missing:
            self.watch(unit, code, missing)

    def spared(self, code: CodeType) -> bool:
        """Does the user want this code left alone? Then it is, for good."""
        if not code.co_filename.startswith(settings.spare):
            return False
        self.native.set_code_state(code, REFUSED)
        return True

    def wanted(self, unit: Unit, code: CodeType, header: int) -> list[tuple[str, int]]:
        """The entries to be compiled: the loop that runs now, the outermost one around it (the better one if it is
        reached again), and the call or the resumes."""
        if code.co_flags & SUSPENDING:
            return [RESUME] if resumable_code(code) and not forced() else []
        found = [CALL] if callable_code(code) and not forced() else []
        if header >= 0:
            from tierup.runtime import loops

            around = loops.enclosing(unit.loops, header)
            found += [("loop", around[-1])] + ([("loop", around[0])] if len(around) > 1 else [])
        return found

    def watch(self, unit: Unit, code: CodeType, entries: list[tuple[str, int]]) -> None:
        """Have the recorder look at the code for a while; the compiler process starts meanwhile."""
        if self.client is None and settings.compiler != "inline":
            self.connection().request(("ping",), lambda answer: None)
        for entry in entries:
            unit.targets[entry].state = RECORDING
        self.native.record(code)

    def recorded(self, code: CodeType) -> None:
        """The recorder has seen enough: ask for the regions. Until they come, the old ones serve again."""
        from tierup.runtime import profiles

        unit = self.unit(code)
        unit.windows += 1
        unit.profile = profiles.merged(unit.profile, self.native.take_profile(code) or {})
        if unit.windows % WINDOWS and not forced():  # while it records, force mode sees no other function start
            self.native.record(code)
            return
        fresh, unit.profile = unit.profile, {}
        known = profiles.found(unit.seen)
        profile = profiles.merged(known, fresh)
        unit.seen = profiles.kept(profile)
        namespaces = self.native.code_globals(code)
        entries = [entry for entry, target in unit.targets.items() if target.state == RECORDING]
        self.native.set_code_state(code, REQUESTED)
        for entry in entries:
            if unit.targets[entry].region >= 0:
                self.serve_again(unit.targets[entry].region)
        again = self.outgrown(unit, known, fresh)
        for entry in self.most_wanted(unit, entries, profile):
            self.ask(unit, code, entry, None, profile, namespaces)
        if again:
            self.drop(unit.targets[CALL].region)
            self.ask(unit, code, CALL, None, profile, namespaces)

    def outgrown(self, unit: Unit, known: dict[int, tuple[Any, ...]], fresh: dict[int, tuple[Any, ...]]) -> bool:
        """Does another loop of the code run now than when the region for its calls was made, which knows nothing of that loop?"""
        target = unit.targets.get(CALL)
        if target is None or target.state != INSTALLED or target.region not in self.regions or target.recompiled >= RECOMPILE_LIMIT:
            return False
        if not known or not any(fresh.get(header, (0,))[0] > 1 and header not in known for header in unit.loops):
            return False
        target.recompiled += 1
        return True

    def serve_again(self, region: int) -> None:
        """A region that is to be replaced, unless it is left so often that the interpreter does as well."""
        counted = self.native.region_stats(region)
        taken = counted.get("exits", {})
        exits = sum(taken.values() if type(taken) is dict else taken)
        if exits * EXIT_SHARE < counted.get("entries", 0):
            self.native.install(region)

    def most_wanted(self, unit: Unit, entries: list[tuple[str, int]], profile: dict[int, tuple[Any, ...]]) -> list[tuple[str, int]]:
        """The loop that runs now comes before the call. An inner loop is left out if the outer one comes round often enough to be entered there."""
        loops = sorted(entry for entry in entries if entry[0] == "loop")
        if len(loops) > 1 and profile.get(loops[0][1], (0,))[0] > 1 and unit.loops.get(loops[0][1], -1) >= unit.loops.get(loops[-1][1], 0):
            for entry in loops[1:]:
                del unit.targets[entry]
            loops = loops[:1]
        if CALL in entries and profile.get(-1, (0,))[0] >= FREQUENT:  # activations are short: the next one is entered by its call
            for entry in loops:
                del unit.targets[entry]
            loops, unit.spare = [], loops
        return [*loops, *(entry for entry in entries if entry[0] != "loop")]

    def exits(self, region: int, exit_id: int, count: int) -> None:
        """A region was left often in one place: replace it by one that knows, or drop it."""
        if region not in self.regions:
            return
        unit, target = self.regions[region]
        reason = target.exits[exit_id][1]
        if reason in HARMLESS_EXITS or count < EXIT_LIMIT << target.recompiled or target.state != INSTALLED:
            return
        entry = next(entry for entry, other in unit.targets.items() if other is target)
        self.learn(region, target, count // EXIT_SHARE)
        target.recompiled += 1
        code = unit.code()
        if target.recompiled > RECOMPILE_LIMIT or code is None:
            self.store.remove(target.key)
            self.refuse(unit, entry, "too_many_exits")
        elif self.compiler_rests():
            self.forget(unit, entry)
        else:
            self.unplaced.pop(region, None)
            self.native.suspend(region)
            self.watch(unit, code, [entry])

    def forget(self, unit: Unit, entry: tuple[str, int]) -> None:
        """As if this entry had never been wanted."""
        target = unit.targets.pop(entry)
        if target.region >= 0:
            self.drop(target.region)

    def learn(self, region: int, target: Target, often: int) -> None:
        """What failed at least so often is not tried again."""
        taken = self.native.region_stats(region).get("exits", {})
        for exit_id, count in taken.items() if type(taken) is dict else enumerate(taken):
            offset, reason, _ = target.exits[exit_id]
            if count >= often and reason not in HARMLESS_EXITS and reason not in target.failed.setdefault(offset, []):
                target.failed[offset].append(reason)

    def dead(self, region: int) -> None:
        """The C side has freed a region."""
        self.regions.pop(region, None)
        self.unplaced.pop(region, None)

    def collected(self) -> None:
        """There was a full collection: forget code that is gone, and keep nothing alive for code that has not been recorded since the last one."""
        from tierup.runtime import profiles

        self.sweep()
        for unit in self.units.values():
            if unit.profile and unit.looked_at == unit.windows:
                unit.seen = profiles.kept(profiles.merged(profiles.found(unit.seen), unit.profile))
                unit.profile = {}
            unit.looked_at = unit.windows

    def unreachable(self, region: int) -> None:
        """Nothing but what regions keep leads to this code any more: without its regions it can die."""
        if region not in self.regions:
            return
        unit, target = self.regions[region]
        code = unit.code()
        self.forget(unit, next(entry for entry, other in unit.targets.items() if other is target))
        unit.profile = {}
        if code is not None:
            self.native.set_code_state(code, COLD)

    def drop(self, region: int) -> None:
        """Take a region out of use."""
        self.count_region(region)
        self.counts["regions_dropped"] += 1
        self.unplaced.pop(region, None)
        _, target = self.regions.pop(region)
        target.region = -1
        self.native.remove(region)

    # -- asking

    def compiler_rests(self) -> bool:
        """Is there no point in asking now?"""
        return self.client is not None and time.monotonic() < self.client.rest_until

    def connection(self) -> Client:
        """The client of the compiler process."""
        if self.client is None:
            from tierup.runtime.connect import Client

            self.client = Client(self.abi, settings.socket_dir)
        return self.client

    def ask(
        self, unit: Unit, code: CodeType, entry: tuple[str, int], function: Any, profile: Any, namespaces: Namespaces | None, wait: bool = False
    ) -> None:
        """Describe the code and send that to the compiler; the answer comes to `answered`."""
        from tierup.runtime import capture

        target = unit.targets[entry]
        if namespaces is None:
            self.refuse(unit, entry, "namespace")
            return
        try:
            snapshot, live = capture.capture(code, function, entry[0], entry[1], profile, *namespaces, target.failed, self.callee_profile)
        except capture.CannotCapture as problem:
            self.refuse(unit, entry, str(problem))
            return
        if settings.mode == "stress":
            snapshot["stress"] = settings.seed
        save_snapshot(snapshot, unit)
        target.state = REQUESTED
        target.key = region_key(unit.digest, *entry)

        def done(answer: dict[str, Any] | None) -> None:
            self.answered(unit, code, entry, target, answer, live, namespaces)

        self.send(snapshot, target.key, done, wait or forced())

    def callee_profile(self, code: CodeType) -> dict[int, tuple[Any, ...]]:
        """What is known of a function that is called: now, from the windows of its own recording, and from before it had a region of its own.

        It is kept, since what the recorder gives it gives once, and several regions of the caller are asked for.
        """
        from tierup.runtime import profiles

        unit = self.unit(code)
        now = profiles.merged(unit.profile, self.native.take_profile(code) or {})
        both = profiles.merged(profiles.found(unit.seen), now)
        unit.seen = profiles.kept(both)
        return both

    def send(self, snapshot: dict[str, Any], key: str, done: Callable[[dict[str, Any] | None], None], wait: bool) -> None:
        """To the compiler in this process, or to the other one."""
        if settings.compiler == "inline":
            done(self.compile_here(snapshot, key))
            return
        client = self.connection()
        number = client.request(("compile", snapshot, key, settings.cache_dir), done)
        if number == 0:
            done(None)
        elif wait and not client.wait(number, WAIT_SECONDS):
            client.forget(number)
            done(None)

    def compile_here(self, snapshot: dict[str, Any], key: str) -> dict[str, Any]:
        """TIERUP_COMPILER=inline."""
        from tierup.compiler.compile import compile_snapshot

        try:
            region: dict[str, Any] = compile_snapshot(snapshot)
        except Exception as error:
            return {"refused": "internal_error", "detail": f"{type(error).__name__}: {error}"}
        if "refused" not in region:
            self.store.save(key, {"region": region, "failed": snapshot["failed"]})
        return region

    def answered(
        self,
        unit: Unit,
        code: CodeType,
        entry: tuple[str, int],
        target: Target,
        answer: dict[str, Any] | None,
        live: list[Any],
        namespaces: Namespaces,
    ) -> None:
        """The compiler has compiled, or refused, or could not be asked."""
        if unit.targets.get(entry) is not target or target.state != REQUESTED:
            return
        if answer is None or answer.get("refused") == "compiler_unavailable":
            self.forget(unit, entry)
            self.native.set_code_state(code, COLD)
        elif "refused" in answer:
            self.refuse(unit, entry, str(answer["refused"]))
        elif self.use(unit, code, target, answer, live, namespaces):
            self.counts["regions_compiled"] += 1
            seconds = answer["stats"].get("seconds", 0.0) if type(answer.get("stats")) is dict else 0.0
            self.compile_seconds += seconds if type(seconds) is float else 0.0
        else:
            self.refuse(unit, entry, "not_bound")

    def refuse(self, unit: Unit, entry: tuple[str, int], reason: str) -> None:
        """No region for this entry; try a smaller loop if there is one, or leave the code alone for good."""
        target = unit.targets[entry]
        target.state, target.reason = REFUSED, reason
        if target.region >= 0:
            self.drop(target.region)
        code = unit.code()
        if code is None:
            return
        if entry == CALL and unit.spare and reason != "too_many_exits":
            spare, unit.spare = unit.spare, []
            unit.targets.update((other, Target()) for other in spare if other not in unit.targets)
            self.watch(unit, code, [other for other in spare if unit.targets[other].state == COLD])
        elif len([other for other in unit.targets.values() if other.state == REFUSED]) >= unit.possible(code):
            self.native.set_code_state(code, REFUSED)
        elif reason != "too_many_exits" and entry[0] == "loop" and not forced():
            self.try_smaller(unit, code, entry[1])

    def try_smaller(self, unit: Unit, code: CodeType, header: int) -> None:
        """The outer loop was refused: a loop between it and the innermost one may do."""
        end = unit.loops.get(header, -1)
        inside = [other for other, last in unit.loops.items() if other > header and last < end]
        asked = {entry[1] for entry in unit.targets if entry[0] == "loop"}
        if not asked.intersection(inside):
            return  # nothing in there was seen running
        for other in sorted(inside):
            if other not in asked and any(other < header and unit.loops[header] <= unit.loops[other] for header in asked if header in unit.loops):
                unit.targets["loop", other] = Target()
                self.watch(unit, code, [("loop", other)])
                return

    # -- using

    def load_cached(self, unit: Unit, code: CodeType, entry: tuple[str, int]) -> bool:
        """Use the region that an earlier run left, if it fits this program."""
        target = unit.targets[entry]
        target.key = region_key(unit.digest, *entry)
        saved = self.store.load(target.key)
        namespaces = self.native.code_globals(code) if saved else None
        if saved is None or namespaces is None or type(saved.get("region")) is not dict:
            return False
        if type(saved.get("failed")) is dict:
            target.failed = {offset: list(reasons) for offset, reasons in saved["failed"].items()}
        if not self.use(unit, code, target, saved["region"], None, namespaces):
            return False
        self.counts["regions_loaded"] += 1
        return True

    def use(
        self, unit: Unit, code: CodeType, target: Target, region: dict[str, Any], live: list[Any] | None, namespaces: Namespaces
    ) -> bool:
        """Bind, load and install; False if the region can't be used."""
        from tierup.runtime import install

        try:
            number = install.load(region, code, live, *namespaces, self.abi)
        except (install.CannotBind, TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, OSError, MemoryError) as error:
            self.problem = f"{type(error).__name__}: {error}"[:500]
            return False
        if target.region >= 0:
            self.drop(target.region)
        target.region, target.state = number, INSTALLED
        target.exits = [tuple(row) for row in region["exits"]]
        self.regions[number] = (unit, target)
        self.unplaced[number] = 0
        self.place(number)
        self.native.set_code_state(code, INSTALLED)
        return True

    def place(self, region: int) -> None:
        """Install; what can't be placed now (a frame stands where the stub goes) is tried again at later visits."""
        if self.native.install(region):
            self.unplaced.pop(region, None)
            return
        self.unplaced[region] += 1
        if self.unplaced[region] > INSTALL_ATTEMPTS:
            unit, target = self.regions[region]
            self.drop(region)
            self.refuse(unit, next(entry for entry, other in unit.targets.items() if other is target), "handler_covers_entry")

    # -- force mode and compile()

    def frame(self, code: CodeType) -> bool:
        """Force mode: the first call or resumes of a code object are recorded, then it is compiled. False: further calls need not be told."""
        entry = main_entry(code)
        if self.spared(code) or entry is None:
            return False
        if not self.lock.acquire(False):
            return True
        try:
            unit = self.unit(code)
            target = unit.targets.get(entry)
            if target is None:
                unit.targets[entry] = Target()
                self.watch(unit, code, [entry])
            elif target.state == RECORDING:
                profile = self.callee_profile(code)
                self.ask(unit, code, entry, None, profile, self.native.code_globals(code), wait=True)
            return target is None or target.state != REFUSED
        finally:
            self.lock.release()

    def compile_now(self, function: Any) -> bool:
        """Compile the main entry of a function and wait for it."""
        code = function.__code__
        entry = main_entry(code)
        if entry is None or not self.lock.acquire(timeout=WAIT_SECONDS):
            return False
        try:
            unit = self.unit(code)
            target = unit.targets.get(entry)
            if target is None or target.state != INSTALLED:
                unit.targets[entry] = Target()
                from tierup.runtime import objects

                profile = self.native.take_profile(code)
                self.ask(unit, code, entry, function, profile, objects.namespaces(function), wait=True)
            return entry in unit.targets and unit.targets[entry].state == INSTALLED
        finally:
            self.lock.release()

    # -- statistics

    def count_region(self, region: int) -> None:
        """Add what the C side counted for a region that is about to go."""
        unit, target = self.regions[region]
        entries, exits = self.region_counts(region, unit, target)
        self.counts["entries"] += entries
        for row, count in exits.items():
            self.exit_counts[row] = self.exit_counts.get(row, 0) + count

    def region_counts(self, region: int, unit: Unit, target: Target) -> tuple[int, dict[tuple[str, int, str, str], int]]:
        """Entries, and exits by place and reason."""
        counted = self.native.region_stats(region)
        exits: dict[tuple[str, int, str, str], int] = {}
        taken = counted.get("exits", {})
        for exit_id, count in taken.items() if type(taken) is dict else enumerate(taken):
            if count:
                offset, reason, _ = target.exits[exit_id]
                row = (unit.file, line_at(unit, offset), unit.name, reason)
                exits[row] = exits.get(row, 0) + count
        return counted.get("entries", 0), exits

    def stats(self) -> dict[str, Any]:
        """Everything that was done so far."""
        entries = self.counts["entries"]
        exits = dict(self.exit_counts)
        for region, (unit, target) in list(self.regions.items()):
            more, taken = self.region_counts(region, unit, target)
            entries += more
            for row, count in taken.items():
                exits[row] = exits.get(row, 0) + count
        units = list(self.units.values())  # a visit may come at any time
        refused = [(unit.file, unit.line, unit.name, target.reason) for unit in units for target in list(unit.targets.values()) if target.reason]
        return {
            **self.counts,
            "entries": entries,
            "compiler": settings.compiler,
            "compile_seconds": self.compile_seconds,
            "exits": [(*row, count) for row, count in exits.items()],
            "refused": refused,
            "problem": self.problem or (self.client.problem if self.client else ""),
        }


def forced() -> bool:
    """Is everything compiled at once, for tests?"""
    return settings.mode in ("force", "stress")


def line_at(unit: Unit, offset: int) -> int:
    """The source line of a bytecode."""
    code = unit.code()
    if code is not None and offset < INLINED:
        for start, end, line in code.co_lines():
            if start <= offset < end and line is not None:
                return line
    return unit.line


def save_snapshot(snapshot: dict[str, Any], unit: Unit) -> None:
    """TIERUP_SNAPSHOT_DIR: keep what is sent, for dump and replay."""
    if not settings.snapshot_dir:
        return
    path = f"{settings.snapshot_dir}/{unit.name.replace('/', '_')[:80]}-{unit.digest[:8]}-{snapshot['kind']}-{snapshot['header']}.snapshot"
    try:
        with open(path, "wb") as file:
            file.write(wire.pack({"snapshot": snapshot, "detail": ""}))
    except (OSError, ValueError):
        return


# -- what the package and the C side call

state: Control | None = None


def control() -> Control | None:
    """The state of this process; None where tierup can't work."""
    global state
    if state is None:
        try:
            from tierup import _tierup

            if _tierup.supported():
                return None
            state = Control()
        except ImportError:
            return None
    return state


def on_visit() -> None:
    """Called by the C side at a safe point."""
    try:
        if state is not None:
            state.visit()
    except BaseException as error:
        swallow(error)


def on_frame(code: CodeType) -> bool:
    """Called by the C side in force mode, when a function without a region is called."""
    try:
        return state is not None and state.frame(code)
    except BaseException as error:
        swallow(error)
        return True


def swallow(error: BaseException) -> None:
    """Nothing that goes wrong here reaches the program; a Ctrl-C that came meanwhile is for the program, and sent again."""
    try:
        raise error
    except KeyboardInterrupt:  # no isinstance(): the program may have replaced it
        _thread.interrupt_main()
    except BaseException:
        if state is not None:
            state.note_problem(error)


def enable() -> bool:
    """Switch tierup on; False where it can't work."""
    now = control()
    if now is None or settings.mode == "off":
        return False
    if not now.on:
        from tierup.runtime import capture, connect, install, profiles  # noqa: F401 - now: a visit may come in the middle of an import of the program's

        if settings.compiler == "inline":
            import tierup.compiler.compile  # noqa: F401 - all of it now: a visit may come in the middle of one of the program's own imports
        now.native.configure(hot_samples=settings.threshold, exit_limit=EXIT_LIMIT)
        if forced():
            now.native.configure(hot_samples=1, tick_us=FORCED_TICK_US)
        now.native.start(on_visit)
        now.on = True
        if forced():
            now.native.set_mode(True, on_frame)
    return True


def disable() -> None:
    """Switch tierup off: nothing is sampled any more and compiled code is not entered any more."""
    if state is None or not state.on:
        return
    state.on = False
    if forced():
        state.native.set_mode(False)
    state.native.stop()
    for region in list(state.regions):
        unit, target = state.regions[region]
        state.drop(region)
        unit.targets = {entry: other for entry, other in unit.targets.items() if other is not target}
        code = unit.code()
        if code is not None:
            state.native.set_code_state(code, COLD)


def enabled() -> bool:
    """Is tierup on?"""
    return state is not None and state.on


def stats() -> dict[str, Any]:
    """What was done so far."""
    return {} if state is None else state.stats()


def compile_function(function: Any) -> bool:
    """Compile a function now; True if its compiled code is in place."""
    from tierup.runtime import objects

    now = control()
    function = objects.unwrapped(function)
    if now is None or type(function) is not objects.FunctionType:
        return False
    return now.compile_now(function)


def never(function: Any) -> None:
    """Leave a function alone for good."""
    now = control()
    code = getattr(function, "__code__", None)
    if now is None or code is None:
        return
    unit = now.units.get(id(code))
    for target in list(unit.targets.values()) if unit is not None else []:
        if target.region >= 0:
            now.drop(target.region)
        target.state, target.reason = REFUSED, "never"
    now.native.never(code)


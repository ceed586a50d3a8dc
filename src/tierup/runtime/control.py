"""Decides what is compiled when: the part of tierup that the C side calls in the user's process.

`on_visit` is called at safe points when the sampler has something to tell. Nothing here may raise into the program,
print, or wait (unless asked to: synchronous.py).
"""

from __future__ import annotations

import _thread
import posix
import sys
import time

from tierup import _tierup
from tierup.cache.key import program_key, region_key, snapshot_key
from tierup.cache.store import LASTING, Store, list_line
from tierup.runtime import capture, install, objects, preload, units  # nothing later: a visit may come in the middle of an import
from tierup.runtime.asking import INLINE, Compiler, save_snapshot
from tierup.runtime.budget import Budget
from tierup.runtime.regions import EXIT_SHARE, HARMLESS_EXITS, Regions
from tierup.runtime.units import CALL, COLD, INSTALLED, OPTIMIZED, RECORDING, REFUSED, REQUESTED, RESUME, Target, Unit, entry_of, forced
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from tierup.runtime.preload import Preload, Row

    Namespaces = tuple[dict[str, Any], dict[str, Any]]

EXIT_LIMIT = 50
RARE_SHARE, RARE_TIMES = 20, 8  # a region left less than once in so many entries does well: so many times more exits until it is replaced
RECOMPILE_LIMIT = 10
PATIENCE = 3  # so many times if nothing was seen of what is wanted: it has called something that takes long, or stayed in one loop
MOST_IN_VAIN = 6  # hot 64 times: a second or so
WINDOWS = 3  # how often the recorder looks at code before it is compiled: one look would take one phase of a program for the whole
EARLY_SECONDS = 1.0  # of CPU time: what is used much by then is worth loading first the next time
SWEEP_EVERY = 256


def exits_allowed(count: int, entries: int) -> int:
    """How often an exit may be taken before the region is replaced, if it was taken `count` times in so many entries."""
    return EXIT_LIMIT * (RARE_TIMES if count * RARE_SHARE < entries and not forced() else 1)


class Control:
    """The state of tierup in this process."""

    def __init__(self) -> None:
        self.native = _tierup
        self.abi = _tierup.abi_tag()
        self.on = False
        self.pid = posix.getpid()
        self.lock = _thread.allocate_lock()
        self.units: dict[int, Unit] = {}  # by id of the code
        self.regions = Regions()
        self.store = Store(settings.cache_dir, self.abi)
        self.cached = self.store.begun()  # is there anything to be found that this process has not asked for itself?
        self.compiler = Compiler(self.abi, self.store)
        self.counts = {"regions_compiled": 0, "regions_loaded": 0, "regions_improved": 0, "problems": 0}
        self.compile_seconds = 0.0
        self.polling = (False, -1)
        self.program = ""  # the key of the list of regions of this program
        self.listed: dict[tuple[str, str, int], tuple[Row, int]] = {}  # what is in that list, and how often
        self.preload: Preload | None = None
        self.news = 0
        self.problem = ""
        self.budget = Budget(_tierup)

    # -- visits

    def visit(self, first: list[tuple[Any, ...]] | None = None) -> None:
        """Handle what the C side has to tell, or told before we could be asked, and the answers that have come."""
        if self.pid != posix.getpid():
            self.after_fork()
        if not self.lock.acquire(False):
            return
        start = time.thread_time()
        try:
            for event in self.native.take_events() if first is None else first:
                self.handle(event)
            self.poll()
        finally:
            self.budget.spent += time.thread_time() - start
            self.lock.release()

    def handle(self, event: tuple[Any, ...]) -> None:
        """One event; a failure costs this event only."""
        try:
            handlers: dict[str, Callable[..., None]] = {"hot": self.hot, "recorded": self.recorded, "exits": self.exits, "dead": self.dead, "used": self.used}
            handlers |= {"unreachable": self.unreachable, "collected": self.collected}
            handlers[event[0]](*event[1:])
        except Exception as error:
            self.note_problem(error)

    def poll(self) -> None:
        """Take answers, try again to install what could not be placed; ask for further visits while there is something to wait for."""
        self.compiler.poll()
        for number in list(self.regions.unplaced):
            self.place(number)
        if self.preload is not None and not self.preload.step():
            self.preload.end()
            self.preload = None
        self.look(-1 if self.regions.unplaced or self.preload is not None else self.compiler.silent())

    def look(self, answers: int) -> None:
        """Have further visits while there is something to wait for: at most an answer at the descriptor `answers`, or else (-1) who knows what."""
        waiting = bool(self.regions.unplaced) or self.preload is not None or self.compiler.awaited()
        if self.polling != (waiting, answers):
            self.polling = (waiting, answers)
            self.native.configure(poll=int(waiting), answers=answers)

    def begin_preload(self) -> None:
        """Load what earlier runs of the program had regions for, if there is a list of that."""
        if forced() or not self.store.path:
            return
        try:
            self.program = program_key(sys.orig_argv, posix.getcwd())
        except (OSError, AttributeError, TypeError):  # no directory; or the program has changed sys.orig_argv before it enabled tierup
            return
        if self.store.has_list(self.program):
            self.preload = preload.Preload(self)
            self.look(-1)

    def after_fork(self) -> None:
        """In a child process: what was asked for is answered to the parent; ask again when it is hot here."""
        self.pid = posix.getpid()
        self.lock = _thread.allocate_lock()
        self.polling = (False, -1)
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

    def hot(self, code: CodeType, header: int, pays: int) -> None:
        """The code was seen running often: load its regions, or watch it to have them compiled; now, if it `pays` for sure."""
        if self.spared(code):
            return
        if not pays and not self.cached and self.budget.used_up():
            self.native.set_code_state(code, COLD)
            return
        unit = self.unit(code)
        if unit.passed_over > 0:
            unit.passed_over -= 1
            self.rest(unit, code)
            return
        wanted = [entry for entry in units.wanted(unit, code, header) if entry not in unit.targets]
        for entry in wanted:
            unit.targets[entry] = Target()
        namespaces = self.native.code_globals(code)
        missing = [entry for entry in wanted if not self.load_cached(unit, code, entry, namespaces)]
        resting = bool(missing) and (self.compiler.rests() or (not pays and self.budget.used_up()))
        if resting or (CALL in wanted and unit.targets[CALL].state == INSTALLED):  # an earlier run needed no more; if it stays in the loop, it is hot again
            for entry in missing:
                del unit.targets[entry]
            if resting:
                self.native.set_code_state(code, COLD)
        elif missing:
            self.watch(unit, code, missing)

    def spared(self, code: CodeType) -> bool:
        """Does the user want this code left alone? Then it is, for good."""
        if not code.co_filename.startswith(settings.spare):
            return False
        self.native.set_code_state(code, REFUSED)
        return True

    def watch(self, unit: Unit, code: CodeType, entries: list[tuple[str, int]]) -> None:
        """Have the recorder look at the code for a while; the compiler process starts meanwhile."""
        if not forced():  # which has no connection but while it waits
            self.compiler.warm_up()
        for entry in entries:
            unit.targets[entry].state = RECORDING
        self.budget.order(id(unit))
        self.native.record(code, 1 if forced() else WINDOWS)  # while it records, force mode sees no other function start

    def recorded(self, code: CodeType) -> None:
        """The recorder has seen enough: ask for the regions. Until they come, the old ones serve again."""
        unit = self.unit(code)
        unit.rounds += 1
        profile = self.native.read_profile(code) or {}
        entries = self.recorded_for(unit)
        if not forced():
            entries = self.only_seen(unit, code, entries, profile)
            if not entries:
                return
        self.budget.came(id(unit))
        namespaces = self.native.code_globals(code)
        self.native.set_code_state(code, REQUESTED)
        for entry in entries:
            if unit.targets[entry].region >= 0:
                self.regions.serve_again(unit.targets[entry].region)
        again = self.outgrown(unit, profile)
        subject = self.subject(code, None, profile, namespaces)
        for entry in units.most_wanted(unit, entries, profile):
            self.ask(unit, entry, code, subject)
        if again:
            self.regions.drop(unit.targets[CALL].region)
            self.ask(unit, CALL, code, subject)
        self.native.await_answer(code, 0)

    def recorded_for(self, unit: Unit) -> list[tuple[str, int]]:
        """The entries that a recording was for; if they are all gone, the call that the code waited for."""
        entries = [entry for entry, target in unit.targets.items() if target.state == RECORDING]
        if unit.awaits_call and not entries:
            entries = [CALL]
            unit.targets[CALL] = Target()
            unit.targets[CALL].state = RECORDING
        unit.awaits_call = unit.awaits_call and CALL not in entries
        return entries

    def only_seen(self, unit: Unit, code: CodeType, entries: list[tuple[str, int]], profile: dict[int, tuple[Any, ...]]) -> list[tuple[str, int]]:
        """Those entries of which the recorder has seen something. If there are none, it has been decided what becomes of the code now."""
        seen = [entry for entry in entries if units.seen(entry, profile)]
        if not entries:
            self.rest(unit, code)
        elif not seen and unit.rounds < PATIENCE:
            self.native.record(code, WINDOWS)
        else:
            for entry in entries:
                if entry not in seen:
                    self.put_off(unit, code, entry)
            if not seen:
                self.nothing_seen(unit, code)
        return seen

    def outgrown(self, unit: Unit, profile: dict[int, tuple[Any, ...]]) -> bool:
        """Does another loop of the code run now than when the region for its calls was made, which knows nothing of that loop?"""
        target, before = unit.targets.get(CALL), unit.ran
        unit.ran = unit.loops.keys() & profile.keys()
        if target is None or target.state != INSTALLED or target.region not in self.regions.of or target.recompiled >= RECOMPILE_LIMIT:
            return False
        if before is None or not any(profile[header][0] > 1 for header in unit.ran - before):
            return False
        target.recompiled += 1
        return True

    def exits(self, region: int, exit_id: int, count: int) -> None:
        """A region was left often in one place: replace it by one that knows, or drop it."""
        if region not in self.regions.of:
            return
        unit, target = self.regions.of[region]
        reason = target.exits[exit_id][1]
        allowed = exits_allowed(count, self.native.region_stats(region).get("entries", 0)) << target.recompiled
        if reason in HARMLESS_EXITS or count < allowed or target.state != INSTALLED:
            return
        entry = entry_of(unit, target)
        self.regions.learn(region, count // EXIT_SHARE)
        target.recompiled += 1
        code = unit.code()
        if target.recompiled > RECOMPILE_LIMIT or code is None:
            self.store.remove(target.key)
            self.refuse(unit, entry, "too_many_exits")
        elif self.compiler.rests():
            self.forget(unit, entry)
        else:
            known = self.native.read_profile(code)  # of a region that an earlier run has made nothing is, and what comes behind the exit may be a return only
            if reason != "never_seen" or entry == RESUME or not known:  # else the recorder begins where the region is left
                self.regions.suspend(region)
            self.watch(unit, code, [entry])

    def put_off(self, unit: Unit, code: CodeType, entry: tuple[str, int]) -> None:
        """Nothing was seen of what this entry leads to, so its region would be made for no types at all. A loop is wanted again when it is hot."""
        target = unit.targets[entry]
        if target.region >= 0:
            self.regions.serve_again(target.region)
            target.state = INSTALLED
            return
        del unit.targets[entry]
        if entry == CALL:
            unit.awaits_call = True
            self.native.await_call(code)

    def nothing_seen(self, unit: Unit, code: CodeType) -> None:
        """The code was waiting all the time for what it has called. To look again each time it is hot would cost more than anything it may do later gains."""
        self.budget.came(id(unit))
        unit.rounds = 0
        unit.in_vain = min(unit.in_vain + 1, MOST_IN_VAIN)
        unit.passed_over = 1 << unit.in_vain
        self.rest(unit, code)

    def rest(self, unit: Unit, code: CodeType) -> None:
        """The code is to run on as it is until it is hot again."""
        self.tell(unit, code, INSTALLED if any(target.state == INSTALLED for target in unit.targets.values()) else COLD)

    def forget(self, unit: Unit, entry: tuple[str, int]) -> None:
        """As if this entry had never been wanted."""
        target = unit.targets.pop(entry)
        if target.region >= 0:
            self.regions.drop(target.region)

    def tell(self, unit: Unit, code: CodeType, state: int) -> None:
        """What became of one entry, to the C side; not while it records the code for another entry, which would wait for ever."""
        if all(target.state != RECORDING for target in unit.targets.values()):
            self.native.set_code_state(code, state)

    def dead(self, region: int) -> None:
        """A region's code has died."""
        self.regions.forget(region)

    def collected(self) -> None:
        """There was a full collection: forget code that is gone."""
        self.sweep()
        capture.forget()

    def unreachable(self, region: int) -> None:
        """Nothing but what regions keep leads to this code any more: without its regions it can die."""
        if region not in self.regions.of:
            return
        unit, target = self.regions.of[region]
        code = unit.code()
        self.forget(unit, entry_of(unit, target))
        if code is not None:
            self.tell(unit, code, COLD)

    # -- asking

    def subject(self, code: CodeType, function: Any, profile: Any, namespaces: Namespaces | None) -> capture.Subject | None:
        """What regions are to be asked for; None if nobody knows the namespaces."""
        return None if namespaces is None else capture.Subject(code, function, profile, namespaces, self.native.read_profile)

    def ask(self, unit: Unit, entry: tuple[str, int], code: CodeType, subject: capture.Subject | None, wait: bool = False) -> None:
        """Describe the code and send that to the compiler; the answer comes to `answered`."""
        target = unit.targets[entry]
        if subject is None:
            self.refuse(unit, entry, "namespace")
            return
        namespaces = subject.namespaces
        try:
            snapshot, live = subject.snapshot(*entry, target.failed)
        except capture.CannotCapture as problem:
            self.refuse(unit, entry, str(problem))
            return
        if settings.mode == "stress":
            snapshot["stress"] = settings.seed
        snapshot["looks"] = 1 if settings.mode == "force" else WINDOWS  # in stress mode there was one, but what it leads to is to be tested
        snapshot["effort"] = "quick" if forced() else "tiers" if settings.cache_dir and not target.improved else "full"
        save_snapshot(snapshot, unit)
        target.state = REQUESTED
        target.key = snapshot_key(snapshot) if forced() else region_key(unit.digest, *entry)
        kept = self.store.load(target.key) if forced() else None
        known = capture.loosely(live)
        held = namespaces if wait or forced() or INLINE else None  # no longer than the program waits
        if kept is not None and "region" in kept and self.use(unit, code, target, kept["region"], known, namespaces):
            self.counts["regions_loaded"] += 1
            return
        self.await_answer(code, known, 1)

        def done(answer: dict[str, Any] | None) -> None:
            self.answered(unit, entry, target, answer, known, held)

        self.compiler.compile(snapshot, target.key, done, wait or forced())

    def answered(
        self, unit: Unit, entry: tuple[str, int], target: Target, answer: dict[str, Any] | None, known: list[Any], held: Namespaces | None
    ) -> None:
        """The compiler has compiled, or refused, or could not be asked. Nothing of the program was kept alive meanwhile, but namespaces (by the C side)."""
        code = unit.code()
        if code is not None and unit.targets.get(entry) is target and target.state == REQUESTED:
            self.take_answer(unit, code, entry, target, answer, known, held or self.native.code_globals(code))
        self.await_answer(code, known, -1)

    def await_answer(self, code: CodeType | None, known: list[Any], change: int) -> None:
        """As long as an answer is to come, the namespaces of the code are remembered, and those of code that was seen running in its loops and calls."""
        for other in (code, *map(install.alive, known)):
            if type(other) is objects.CodeType:
                self.native.await_answer(other, change)

    def take_answer(
        self,
        unit: Unit,
        code: CodeType,
        entry: tuple[str, int],
        target: Target,
        answer: dict[str, Any] | None,
        known: list[Any],
        namespaces: Namespaces | None,
    ) -> None:
        """The answer is still wanted."""
        if answer is None or answer.get("refused") == "compiler_unavailable" or namespaces is None:
            self.forget(unit, entry)
            self.tell(unit, code, COLD)
        elif "refused" in answer:
            self.refuse(unit, entry, str(answer["refused"]))
        elif self.use(unit, code, target, answer, known, namespaces):
            self.counts["regions_compiled"] += 1
            self.count_seconds(answer)
        else:
            self.refuse(unit, entry, "not_bound")

    def count_seconds(self, answer: dict[str, Any]) -> None:
        """Add what the compiler says it took."""
        seconds = answer["stats"].get("seconds", 0.0) if type(answer.get("stats")) is dict else 0.0
        self.compile_seconds += seconds if type(seconds) is float else 0.0

    # -- better code for what is used much

    def used(self, region: int) -> None:
        """A region runs much: if it was compiled quickly, ask for better code. It goes on serving meanwhile."""
        unit, target = self.regions.of.get(region, (None, None))
        if unit is None or target is None:
            return
        self.mention((unit.digest, *entry_of(unit, target)))
        if not target.later or target.state != INSTALLED or self.compiler.rests():
            return

        def done(answer: dict[str, Any] | None) -> None:
            self.improved(region, answer)

        self.compiler.improve(target.later, target.key, done)

    def improved(self, region: int, answer: dict[str, Any] | None) -> None:
        """Put the better code in place, if what it is for is still in use."""
        if answer is None or "refused" in answer or region not in self.regions.of:
            return
        unit, target = self.regions.of[region]
        code = unit.code()
        if code is None or target.state != INSTALLED or target.region != region or not target.later or answer.get("improves") != target.later:
            return
        try:
            number = install.replace(region, code, answer, self.abi)
        except (install.CannotBind, TypeError, ValueError, KeyError, IndexError, OverflowError, OSError, MemoryError) as error:
            self.problem = f"{type(error).__name__}: {error}"[:500]
            return
        target.improved = True
        self.counts["regions_improved"] += 1
        self.count_seconds(answer)
        self.put(unit, code, target, number, answer)

    def refuse(self, unit: Unit, entry: tuple[str, int], reason: str) -> None:
        """No region for this entry; try a smaller loop if there is one, or leave the code alone for good."""
        target = unit.targets[entry]
        target.state, target.reason = REFUSED, reason
        if target.region >= 0:
            self.regions.drop(target.region)
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
        other = units.smaller(unit, header)
        if other >= 0:
            unit.targets["loop", other] = Target()
            self.watch(unit, code, [("loop", other)])

    # -- using

    def load_cached(self, unit: Unit, code: CodeType, entry: tuple[str, int], namespaces: Namespaces | None) -> bool:
        """Use the region that an earlier run left, if it fits this program. True, too, if that run found that there can be none."""
        target, start = unit.targets[entry], time.thread_time()
        target.key = region_key(unit.digest, *entry)
        saved = self.store.load(target.key)
        if saved is not None and saved.get("refused") in LASTING:
            self.refuse(unit, entry, str(saved["refused"]))
            return True
        if saved is None or namespaces is None or type(saved.get("region")) is not dict:
            return False
        if type(saved.get("failed")) is dict:
            target.failed = {offset: list(reasons) for offset, reasons in saved["failed"].items()}
        if not self.use(unit, code, target, saved["region"], None, namespaces):
            return False
        self.counts["regions_loaded"] += 1
        self.budget.spent -= time.thread_time() - start  # nothing had to be learned
        return True

    def load_early(self, unit: Unit, code: CodeType, entry: tuple[str, int], namespaces: Namespaces) -> bool:
        """Use a region that an earlier run left before the code is hot."""
        unit.targets[entry] = Target()
        if self.load_cached(unit, code, entry, namespaces):
            return True
        del unit.targets[entry]
        return False

    def use(
        self, unit: Unit, code: CodeType, target: Target, region: dict[str, Any], known: list[Any] | None, namespaces: Namespaces
    ) -> bool:
        """Bind, load and install; False if the region can't be used."""
        try:
            number = install.load(region, code, known, *namespaces, self.abi)
        except (install.CannotBind, TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, OSError, MemoryError) as error:
            self.problem = f"{type(error).__name__}: {error}"[:500]
            return False
        self.put(unit, code, target, number, region)
        self.write_down(unit, code, (unit.digest, region["kind"], region["header"]), namespaces[0].get("__name__"))
        return True

    def write_down(self, unit: Unit, code: CodeType, row: tuple[str, str, int], module: object) -> None:
        """For later runs of the program: this code has a region now."""
        if self.program and row not in self.listed and type(module) is str and code.co_flags & OPTIMIZED:
            self.listed[row] = (module, unit.name, *row), 1
            self.store.save_list(self.program, list_line(self.listed[row][0]), append=True)

    def mention(self, row: tuple[str, str, int]) -> None:
        """For later runs of the program: this region was used much early on, so it is to be among those that are loaded first."""
        if row in self.listed and self.listed[row][1] < preload.MENTIONS and time.process_time() < EARLY_SECONDS:
            self.store.save_list(self.program, list_line(self.listed[row][0]), append=True)
            self.listed[row] = self.listed[row][0], preload.MENTIONS  # once in each run

    def put(self, unit: Unit, code: CodeType, target: Target, number: int, region: dict[str, Any]) -> None:
        """Have a region that was loaded entered."""
        self.regions.put(unit, code, target, number, region)
        self.place(number)
        self.tell(unit, code, INSTALLED)

    def place(self, number: int) -> None:
        """Install, now or at a later visit, or not at all."""
        if not self.regions.place(number):
            unit, target = self.regions.of[number]
            self.regions.drop(number)
            self.refuse(unit, entry_of(unit, target), "handler_covers_entry")

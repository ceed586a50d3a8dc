"""The symbolic frame: what is known of each local and operand-stack entry at one point of one block.

A `Val` is one Python value; it may be known boxed (`box`), unboxed (`raw`), or both. Several places (locals, stack entries) may hold the same `Val`;
a value that exists only
unboxed gets at most one box, so that identity is kept. How a *place* is entitled to the box is said by its ownership:

    OWNED  the stack entry owns a reference        SLOT   borrowed from a local's slot
    CONST  lives as long as the region             HEAP   borrowed from a container: good until something may change memory
    RAW    there is no box (yet)                   NULL   a NULL that CPython has on the stack here
    OUTER  inlined code: borrowed from something of the caller that outlives the call
    VIRTUAL  a tuple that does not exist (yet): `Val.parts` are its items, which belong to the value as long as some place holds it;
             so with an instance and its attributes, the iterator of a range and its numbers, a suspended generator and its frame, and with a function
             (without parts): `Val.made` says which

Locals: `Local.kind` says where the value is (see LOCAL_KINDS). `shape()` of a frame is the key of a block version: two ways into a bytecode share a
block if their shapes are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tierup.ir.graph import Counting, Suspended, Value, Virtual
from tierup.ir.types import FLOAT, INT, NUMBER, UNKNOWN, WHOLE_ITERATOR, Type

OWNED, SLOT, CONST, HEAP, RAW, NULL, OUTER, VIRTUAL = "owned", "slot", "const", "heap", "raw", "null", "outer", "virtual"

LENT = "lent"
"""In shapes: OUTER, and shared with a local of the region's own frame."""

PERHAPS = "perhaps"

MAYBE_NULL = -2
"""As `Entry.slot` of an owned entry: it may be NULL, since what LOAD_METHOD found was no method."""

LOCAL_KINDS = {
    "unbound": "slot is NULL, there is no value",
    "maybe": "slot may be NULL (unbound) or hold a value of unknown type; of inlined code: an owned value that may be NULL",
    "boxed": "slot holds the value",
    "both": "slot holds the value, and it is known unboxed",
    "raw": "slot is NULL, the value is known unboxed",
    "rawslot": "the value is known unboxed; the slot is NULL or holds its box",
    "perhaps": "slot is NULL or none, there is no value, or else (`Local.bound`) it is known unboxed: where ways meet of which only some have bound it",
    "held": "inlined code only: there is no slot, the object is an SSA value",
    "virtual": "a tuple (inlined code only) or an instance that does not exist (yet); slot is NULL",
}


class Missing:
    """The type of `MISSING`: no constant is known."""


MISSING = Missing()


class View(NamedTuple):
    """What has been read of the head of an array (`ir.ops`, NumPy), true until something runs that may change it. `dense`: the elements of the last
    dimension follow each other. `numbers`: the length of each dimension, then the bytes from one element to the next; of the last one, if not dense.
    """

    item: str
    nd: int
    writeable: bool
    dense: bool
    data: Value
    numbers: tuple[Value, ...]

    @property
    def kind(self) -> Part:
        """What of it belongs to a shape."""
        return self[:4]


def view_reprs(kind: Part) -> list[str]:
    """Representations of the values of a view."""
    return ["ptr", *["i64"] * (2 * kind[1] - kind[3])]


def view_of(kind: Part, values: list[Value]) -> View:
    """A view of this kind with these values."""
    item, nd, writeable, dense = kind
    return View(item, nd, writeable, dense, values[0], tuple(values[1:]))


@dataclass(eq=False, slots=True)
class Val:
    """One Python value. `known`: pool spec of the object it is for certain; `const`: its Python value if it is a constant."""

    type: Type = UNKNOWN
    box: Value | None = None
    raw: Value | None = None
    known: tuple[Any, ...] | None = None
    const: Any = MISSING
    guarded: tuple[tuple[int, ...], int] = ((), -1)
    """(refs of the classes one of which it was tested to be of, in this version; epoch of the test)."""
    parts: list[Entry] | None = None
    """The items of a tuple that does not exist yet: none of them VIRTUAL, HEAP or NULL; of an instance the values of its attributes: OWNED, RAW, CONST or
    instances of that kind; of a generator its frame: OWNED, RAW, CONST, NULL, or iterators and generators of that kind. Of a function that does not exist
    yet: []."""
    made: Virtual | None = None
    """What to make a function, an instance, the iterator of a range or a generator of that does not exist yet."""
    view: View | None = None
    """What is known of an array, of which a local holds the object (see `Values.forget_views`)."""

    @property
    def exact_unboxed(self) -> bool:
        """True if boxing anew always gives the same object: bools and small ints."""
        return self.type.name in ("bool", "numpy.bool") or (self.type.name == "int" and isinstance(self.const, int) and -5 <= self.const <= 256)


@dataclass(eq=False, slots=True)
class Entry:
    """An operand-stack entry: a value and how this place is entitled to its box (`slot` for SLOT)."""

    val: Val
    own: str
    slot: int = -1

    def copy(self) -> Entry:
        return Entry(self.val, self.own, self.slot)


@dataclass(eq=False, slots=True)
class Local:
    """A local variable's place; `val` None for unbound and maybe. `own`: entitlement of a `held` one (inlined code has no slots).
    `slot`: what an OUTER one is borrowed from, if that is a local of the region's own frame (as for entries); they share the value and what is learned of it.
    """

    kind: str
    val: Val | None = None
    own: str = ""
    slot: int = -1
    bound: Value | None = None

    def copy(self) -> Local:
        return Local(self.kind, self.val, self.own, self.slot, self.bound)


@dataclass(eq=False, slots=True)
class Symbolic:
    """Locals and operand stack of one frame at one point; `parent`: the frame of the caller, for inlined code."""

    locals: list[Local]
    stack: list[Entry] = field(default_factory=list)
    parent: Symbolic | None = None

    def chain(self) -> list[Symbolic]:
        """This frame and its callers, outermost first."""
        frames: list[Symbolic] = [self]
        while frames[-1].parent is not None:
            frames.append(frames[-1].parent)
        return frames[::-1]

    def copy(self) -> Symbolic:
        """A deep copy that keeps which places share a value."""
        vals: dict[int, Val] = {}

        def twin(val: Val) -> Val:
            if id(val) not in vals:
                vals[id(val)] = same = Val(val.type, val.box, val.raw, val.known, val.const, val.guarded, None, val.made, val.view)
                if val.parts is not None:
                    same.parts = [Entry(twin(e.val), e.own, e.slot) for e in val.parts]
            return vals[id(val)]

        copied: Symbolic | None = None
        for frame in self.chain():
            locals_ = [Local(x.kind, twin(x.val) if x.val else None, x.own, x.slot, x.bound) for x in frame.locals]
            copied = Symbolic(locals_, [Entry(twin(e.val), e.own, e.slot) for e in frame.stack], copied)
        assert copied is not None
        return copied


def is_raw(place: Local | Entry) -> bool:
    """The place holds an unboxed value and nothing else."""
    return (place.kind if isinstance(place, Local) else place.own) == RAW


def is_virtual(place: Local | Entry) -> bool:
    """The place holds something that does not exist yet."""
    return (place.kind if isinstance(place, Local) else place.own) == VIRTUAL


def is_iterator(place: Local | Entry) -> bool:
    """The place holds an iterator or a generator that does not exist yet: nobody can get hold of it meanwhile."""
    return is_virtual(place) and place.val is not None and isinstance(place.val.made, (Counting, Suspended))


def all_places(frames: list[Symbolic]) -> list[Local | Entry]:
    """Locals, stack entries and the parts of virtual values (each once)."""
    found: list[Local | Entry] = []
    for frame in frames:
        found += frame.locals
        found += frame.stack
    if VIRTUAL not in [place.kind if type(place) is Local else place.own for place in found]:  # mostly; this is called often
        return found
    found.clear()
    seen: set[int] = set()

    def add(place: Local | Entry) -> None:
        found.append(place)
        if is_virtual(place) and place.val is not None and id(place.val) not in seen:
            seen.add(id(place.val))
            for part in place.val.parts or ():
                add(part)

    for frame in frames:
        for local in frame.locals:
            add(local)
        for entry in frame.stack:
            add(entry)
    return found


Part = tuple[Any, ...]
FrameShape = tuple[tuple[Part, ...], tuple[Part, ...]]
Shape = tuple[FrameShape, ...]


HELD_MAYBE: Part = ("maybe", UNKNOWN, OWNED, "")
"""A local of inlined code that may be unbound."""


class Shaper:
    """Makes the shape of a frame chain; raw values and virtual tuples that several places share get a number (> 0), the same for all of them."""

    def __init__(self, frames: list[Symbolic]) -> None:
        holders: dict[int, int] = {}
        for place in all_places(frames):
            if place.val is not None and (is_raw(place) or is_virtual(place)) and not place.val.exact_unboxed:
                holders[id(place.val)] = holders.get(id(place.val), 0) + 1
        shared = [key for key, count in holders.items() if count > 1]
        self.numbers = {key: number for number, key in enumerate(shared, 1)}
        self.shown: set[int] = set()
        self.root = frames[0].locals

    def alias(self, val: Val) -> int:
        """Number of a raw value that several places share, else 0."""
        return self.numbers.get(id(val), 0)

    def lent(self, place: Local | Entry) -> bool:
        """Borrowed from a local of the region's own frame, whose part says what is known of the value."""
        if place.own != OUTER or place.slot < 0:
            return False
        origin = self.root[place.slot]
        return origin.kind in ("boxed", "both") and origin.val is place.val

    def virtual(self, val: Val) -> Part:
        """The parts are told once."""
        number = self.alias(val)
        if number in self.shown:
            return (VIRTUAL, val.type, number, (), val.made)
        self.shown |= {number} - {0}
        return (VIRTUAL, val.type, number, tuple(self.entry(part) for part in val.parts or ()), val.made)

    def local(self, local: Local) -> Part:
        val = local.val
        if local.kind in ("unbound", "maybe") or val is None:
            return (local.kind,) if val is None else HELD_MAYBE
        if local.kind == VIRTUAL:
            return self.virtual(val)
        if local.kind == "held":
            if self.lent(local):
                return ("held", UNKNOWN, OUTER, (), local.slot)
            if local.own == CONST and val.known is not None:
                return ("held", val.type, CONST, val.known)
            return ("held", val.type, local.own, val.raw.repr if val.raw else "")
        if local.kind == "raw":
            return ("raw", val.type, val.raw.repr if val.raw else "", self.alias(val))
        if local.kind == PERHAPS:
            return (PERHAPS, val.type, val.raw.repr if val.raw else "")
        if local.kind == "boxed":
            return (local.kind, val.type, val.view.kind if val.view else ())
        return (local.kind, val.type, val.raw.repr if val.raw else "")

    def entry(self, entry: Entry) -> Part:
        val = entry.val
        if entry.own == NULL:
            return (NULL,)
        if entry.own == VIRTUAL:
            return self.virtual(val)
        if entry.own == CONST and val.known is not None:
            return (CONST, val.type, val.known)
        if entry.own == RAW and val.raw is not None:
            return (RAW, val.type, val.raw.repr, self.alias(val))
        if self.lent(entry):
            return (LENT, UNKNOWN, entry.slot)
        return (entry.own, val.type, -1 if entry.own == OUTER else entry.slot)


def shape(frame: Symbolic) -> Shape:
    """The key of a block version."""
    frames = frame.chain()
    shaper = Shaper(frames)
    return tuple((tuple(map(shaper.local, f.locals)), tuple(map(shaper.entry, f.stack))) for f in frames)


def iterators(key: Shape) -> list[bool | Suspended]:
    """Which stack entries are iterators that do not exist; of a generator, where it stands."""
    return [part[0] == VIRTUAL and (part[4] if isinstance(part[4], Suspended) else isinstance(part[4], Counting)) for _, stack in key for part in stack]


def _is_number(part: Part) -> bool:
    """A number that no other place holds, or perhaps one."""
    return part[0] == PERHAPS or (part[0] == "raw" and not part[3])


def _join_numbers(a: Part, b: Part) -> Part | None:
    """Perhaps a number, if both are numbers of one type, or one is unbound."""
    numbers = {part[1:3] for part in (a, b) if _is_number(part)}
    if len(numbers) == 1 and all(_is_number(part) or part[0] == "unbound" for part in (a, b)):
        return (PERHAPS, *numbers.pop())
    return None


def _join_types(a: Type, b: Type) -> Type:
    return a if a == b else NUMBER if {a, b} <= {INT, FLOAT, NUMBER} else UNKNOWN


def join_local(a: Part, b: Part) -> Part:
    """Shape of a local of the region's own frame that both `a` and `b` can be turned into."""
    if a == b:
        return a
    number = _join_numbers(a, b)
    if number is not None:
        return number
    if {"unbound", "maybe", PERHAPS} & {a[0], b[0]}:
        return ("maybe",)
    unboxed = ("raw", "both", "rawslot")
    if a[0] in unboxed and b[0] in unboxed and a[1:3] == b[1:3]:  # raw ones differ in which places share them; the object that these have to share is made
        return ("rawslot", *a[1:3])
    return ("boxed", _join_types(a[1], b[1]), ())


def join_inlined(a: Part, b: Part) -> Part:
    """The same for inlined code, whose locals have no slots: an object that is held, or (bound on some ways only) may be NULL."""
    if a == b:
        return a
    number = _join_numbers(a, b)
    if number is not None:
        return number
    if {"unbound", "maybe", PERHAPS} & {a[0], b[0]}:
        return HELD_MAYBE
    return ("held", _join_types(a[1], b[1]), OWNED, "")


def join_entry(a: Part, b: Part) -> Part:
    """Shape of a stack entry that both `a` and `b` can be turned into."""
    if a == b:
        return a
    if a[0] == b[0] == VIRTUAL and a[4] == b[4] and isinstance(a[4], Suspended):
        return (VIRTUAL, a[1], 0, tuple(map(join_entry, a[3], b[3])), a[4])
    slot = MAYBE_NULL if NULL in (a[0], b[0]) or MAYBE_NULL in (a[2], b[2]) else -1
    if any(part[0] == VIRTUAL and isinstance(part[4], Suspended) for part in (a, b)):
        return (OWNED, WHOLE_ITERATOR, slot)
    if slot == MAYBE_NULL:
        return (OWNED, UNKNOWN, slot)
    return (OWNED, _join_types(a[1], b[1]), -1)


def join(a: Shape, b: Shape) -> Shape:
    """The shape that frames of both shapes can be turned into."""
    locals_ = [join_local, *[join_inlined] * (len(a) - 1)]
    return tuple(
        (tuple(map(of_local, fa[0], fb[0])), tuple(map(join_entry, fa[1], fb[1]))) for of_local, fa, fb in zip(locals_, a, b, strict=True)
    )

"""The plan of a region, for people: how large it may be, what is in line and what is called and why, what is left out, what was learned before."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.decode import line_of
from tierup.frontend.profile import decoded_offset, encoded_offset
from tierup.reasons import sentence


def plan_text(b: Builder) -> str:
    """The plan of a region that has been built, as text."""
    lines = [*_bounds(b), *_calls(b), *_left_out(b), *_learned(b)]
    return "\n".join(lines) + "\n"


def _bounds(b: Builder) -> list[str]:
    where = f"the loop at line {line_of(b.root.code, b.snapshot['header'])}" if b.kind == "loop" else f"each {b.kind}"
    allowed = "; ".join(f"up to {levels} levels in line and {versions} versions of a place for {count} bytecodes" for levels, versions, count in b.allowed)
    loops = "; nothing is known at the beginning of loops of what they store" if b.no_peeling else ""
    return [f"{b.root.code.co_qualname}, entered at {where}: {allowed}{loops}", f"{b.count} bytecodes became {len(b.function.blocks)} blocks"]


def _calls(b: Builder) -> list[str]:
    """In the order of the code; what is done in a function in line stands below its call."""
    return [b.plan[key] for key in sorted(b.plan)]


def _left_out(b: Builder) -> list[str]:
    return [f"left to the interpreter: {', '.join(sorted(places))}. {sentence(reason)}" for reason, places in sorted(b.left_out.items())]


def _learned(b: Builder) -> list[str]:
    """What failed in earlier regions of the same code, and where ints were seen that are too large, by place."""
    failed, large = b.snapshot.get("failed", {}), b.snapshot.get("large", {})
    objects = sorted({_place(b, encoded_offset(offset, index)) for index, offsets in large.items() for offset in offsets})
    again = [f"not tried again at {_place(b, offset)}: {sentence(reason)}" for offset, reasons in sorted(failed.items()) for reason in reasons]
    return [f"ints stay objects at {place}: {sentence('overflow')}" for place in objects] + again


def _place(b: Builder, encoded: int) -> str:
    index, offset = decoded_offset(encoded)
    code = b.root.code if index < 0 else b.callee(index).code if index < len(b.snapshot["codes"]) else None
    return "a function that is not told any more" if code is None else f"{code.co_qualname}:{line_of(code, offset)}"

"""A snapshot becomes a region: the whole pipeline on one screen."""

from __future__ import annotations

import time
import traceback
from typing import Any

import tierup.frontend.bytecodes  # noqa: F401  (registers the handlers)
from tierup.backend.lower import improve, lower
from tierup.frontend.build import build
from tierup.frontend.context import RefusedError
from tierup.frontend.plan import plan_text
from tierup.ir.text import print_function
from tierup.passes.pipeline import run_passes
from tierup.wire import REGION_FORMAT

EFFORTS = ("full", "quick", "tiers")
"""quick: what is compiled runs a few times only; tiers: quick where that saves much, with what `improve` needs to make it better later."""


def compile_snapshot(snapshot: dict[str, Any], dumps: dict[str, str] | None = None) -> dict[str, Any]:
    """Compiles a snapshot (docs/design.md) to a region, or `{"refused": reason id, "detail": str}`. Never raises. In place of a snapshot there may be
    `{"improve": region}`, for one that was compiled quickly.

    `dumps`, if given, is filled with one text per stage: "plan", "ir", "passes", "llvm", "asm"; they show what is compiled with full effort.
    """
    started = time.perf_counter()
    try:
        region = _improve(snapshot["improve"]) if "improve" in snapshot else _compile(snapshot, dumps)
    except RefusedError as refused:
        return {"refused": refused.reason, "detail": refused.detail}
    except Exception:
        return {"refused": "internal_error", "detail": traceback.format_exc()}
    region["stats"]["seconds"] = time.perf_counter() - started
    return region


def _compile(snapshot: dict[str, Any], dumps: dict[str, str] | None) -> dict[str, Any]:
    from tierup import _tierup

    builder = build(snapshot)
    function = builder.function
    if dumps is not None:
        dumps["plan"] = plan_text(builder)
        dumps["ir"] = print_function(function)
    run_passes(function, dumps=dumps)
    effort = snapshot.get("effort", "full") if dumps is None else "full"
    lowered = lower(function, _tierup.layout(), effort=effort, stress_seed=snapshot.get("stress"), dumps=dumps)
    return {
        "format": REGION_FORMAT, "abi": _tierup.abi_tag(), "kind": snapshot["kind"], "header": snapshot["header"],
        "blob": lowered.blob, "code_size": lowered.code_size, "pool": lowered.pool, "exits": lowered.exits,
        "checks": [
            *(("attr", ref, name, fact) for (ref, name), fact in builder.profile.used.items()),
            *(("class_attr", ref, name, fact) for (ref, name), fact in builder.profile.used_of_classes.items()),
            *(("super", cls, above, name, function) for (cls, above, name), function in builder.used_supers.items()),
        ],
        "objects": _needed(snapshot, lowered.pool, builder.used_supers, [*builder.profile.used.items(), *builder.profile.used_of_classes.items()]),
        "nested": [(index, *made) for made, index in snapshot.get("nested", {}).items()],
        "stats": {"blocks": len(function.blocks)},
        "later": lowered.later,
    }  # fmt: skip


def _improve(region: dict[str, Any]) -> dict[str, Any]:
    """The same region with better code."""
    blob = improve(region["later"], len(region["pool"]))
    return region | {"blob": blob.data, "code_size": blob.code_size, "stats": dict(region["stats"]), "later": {}, "improves": region["later"]["name"]}


def _needed(
    snapshot: dict[str, Any], pool: list[Any], supers: dict[tuple[int, int, str], int], used: list[tuple[tuple[int, str], tuple[Any, ...]]]
) -> list[Any]:
    """The descriptions of the objects that binding has to find; None for the others, which may well be gone in another process."""
    refs = {ref for (cls, above, _), function in supers.items() for ref in (cls, above, function)}
    refs |= {spec[1] for spec in pool if spec[0] in ("object", "lent", "version", "module_dict")}
    described = snapshot["objects"]
    codes = {spec[1] for spec in pool if spec[0] in ("code", "const", "name", "globals", "builtins")}
    for (creator, _), index in reversed(snapshot.get("nested", {}).items()):  # creators come before what they make
        if index in codes:
            codes.add(creator)
    codes.discard(-1)  # the code of the region itself in the pool, but in descriptions code that was not told
    refs.update(ref for ref, row in enumerate(described) if row.get("kind") in ("function", "code") and row["code"] in codes)
    for (ref, _), fact in used:
        refs.add(ref)
        if fact[0] in ("method", "class", "property", "module", "classmethod") or (fact[0] == "value" and len(fact) == 2):
            refs.add(fact[1])
        elif fact[0] == "member":
            refs.update(fact[1:])
    work = list(refs)
    while work:
        row = described[work.pop()]
        via = row.get("via") or ()
        parts = [row.get("type"), row.get("base"), via[1] if via and via[0] in ("attr", "module") else None]
        new = [ref for ref in parts if type(ref) is int and ref not in refs]
        refs.update(new)
        work += new
    return [row if ref in refs else None for ref, row in enumerate(described)]

"""What is kept of profiles, and how much of a program's time learning may take."""

from __future__ import annotations

import gc
import time
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("tierup._tierup")

from tierup.runtime import control, profiles


class Seen:
    """A class of the program."""


def called() -> None:
    """A function of the program."""


def profile(cls: type) -> dict[int, tuple[Any, ...]]:
    return {-1: (3, [((cls, int), 3)], [], []), 4: (10**12, [((cls, None, str), 2), ((int, int, None), 5)], [cls, None], [called, len, "other"])}


def test_a_profile_comes_back() -> None:
    packed = profiles.kept(profile(Seen))
    assert profiles.found(packed) == {
        -1: (3, [((Seen, int), 3)], [], []),
        4: (10**12, [((Seen, None, str), 2), ((int, int, None), 5)], [Seen, None], [called, len]),
    }
    assert profiles.found(profiles.kept({})) == {}


def test_it_keeps_nothing_alive_and_is_little_for_the_collector() -> None:
    def packed_of_a_class_that_dies() -> Any:
        return profiles.kept(profile(type("Short", (), {})))

    packed = packed_of_a_class_that_dies()
    gc.collect()
    assert profiles.found(packed) == {-1: (3, [], [], []), 4: (10**12, [((int, int, None), 5)], [None], [called, len])}
    assert type(packed[0]) is bytes and len([part for part in packed if gc.is_tracked(part)]) <= 1


@pytest.mark.parametrize(("visits", "recording", "waits"), [(0.0, 0.0, False), (0.02, 0.005, False), (1e6, 0.0, True), (0.0, 1e6, True)])
def test_learning_waits_when_it_has_taken_its_share(visits: float, recording: float, waits: bool) -> None:
    learner: Any = SimpleNamespace(spent=visits, native=SimpleNamespace(recorder_spent=lambda: recording * 1e9))
    assert control.Control.lavish(learner) is waits
    allowed = control.LEARNING_SECONDS + time.process_time() / control.LEARNING_SHARE
    learner.spent, learner.native.recorder_spent = allowed * 2, lambda: 0
    assert control.Control.lavish(learner)

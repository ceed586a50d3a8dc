"""What learning may cost: visits and recordings may take a part of the CPU time of the process, and what was ordered counts before it has come."""

from __future__ import annotations

import time

from tierup.runtime.units import forced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REST_SECONDS = 0.05  # CPU time until hot code is asked about again, at least: the question takes a tenth of a millisecond
LONGEST_REST = 0.5
LEARNING_SHARE = 40  # recording and visits may take one part in so many of the CPU time of the process
YOUNG_SECONDS, YOUNG_SHARE = 0.5, 50  # before a process has taken so much, no more than one part in so many: many end young, and what they learn doesn't pay
NATIVE_SHARE = 10  # and one part in so many of the time that compiled code ran, which has saved more than that
RECORDING_SECONDS, EXPECTED_SECONDS = 0.002, 0.1  # what a recording that was ordered will take; whether it comes is not known


class Budget:
    """What was spent so far, and whether more may be."""

    def __init__(self, native: Any) -> None:
        self.native = native
        self.spent = 0.0  # CPU seconds of visits
        self.expected: dict[int, float] = {}  # recordings that are to come, by a key of their own: up to which CPU time of the process they are reckoned with

    def order(self, key: int) -> None:
        """A recording is to come."""
        self.expected[key] = time.process_time() + EXPECTED_SECONDS

    def came(self, key: int) -> None:
        """It is done; what it took is known now."""
        self.expected.pop(key, None)

    def used_up(self) -> bool:
        """Has so much of the program's time gone into learning that more of it has to wait? The sampler rests until it is earned; the hottest code is first."""
        if forced():
            return False
        now = time.process_time()
        self.expected = {key: until for key, until in self.expected.items() if until > now}
        spent = self.spent + self.native.recorder_spent() / 1e9 + RECORDING_SECONDS * len(self.expected)
        free = paid_at(spent - self.native.native_us() / 1e6 / NATIVE_SHARE)
        if free <= now:
            return False
        self.native.rest_until(min(free + REST_SECONDS, now + LONGEST_REST))
        return True


def paid_at(spent: float) -> float:
    """How much CPU time of the process pays for so many seconds of learning."""
    young = spent * YOUNG_SHARE
    return young if young < YOUNG_SECONDS else max(YOUNG_SECONDS, spent * LEARNING_SHARE)

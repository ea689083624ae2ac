"""A pull that goes on round after round, and how it is asked to stop: after the file at hand."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKED_BY = (signal.SIGTERM, signal.SIGINT)
STEP_SECONDS = 0.5
"""How soon a sleeping pull sees that it is asked to stop."""


class Stop:
    """Whether a pull was asked to stop."""

    def __init__(self) -> None:
        self._is_asked = False

    def ask(self) -> None:
        """Ask the pull to end once the file at hand is received."""
        self._is_asked = True

    def is_not_asked(self, _: object = None) -> bool:
        """Whether the pull may go on to the next place, file or round."""
        return not self._is_asked

    def sleep(self, seconds: float) -> None:
        """Sleep, or less where it is asked to stop."""
        # A lock in place of steps could be held when its signal comes, and would wait for ever.
        end = time.monotonic() + seconds
        while self.is_not_asked() and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, STEP_SECONDS))


@contextmanager
def stopping() -> Iterator[Stop]:
    """A stop that SIGTERM and SIGINT ask for; a second one ends the program at once."""
    stop = Stop()
    earlier = {number: signal.getsignal(number) for number in ASKED_BY}

    def asked(number: int, frame: FrameType | None) -> None:
        stop.ask()
        for each in ASKED_BY:
            signal.signal(each, earlier[each])

    for number in ASKED_BY:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        for number in ASKED_BY:
            signal.signal(number, earlier[number])

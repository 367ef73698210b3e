"""Keep the world's time, which simulators ask and the trial moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class WorldClock:
    """Tell the time of the simulated world: an aware datetime in UTC that moves only when it is told to."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("the world clock needs an aware datetime")
        self._now = now.astimezone(UTC)
        self._followers: list[Callable[[datetime], None]] = []

    def follow(self, follower: Callable[[datetime], None]) -> None:
        """Call `follower` with the new instant after every move, so that other clocks can keep in step."""
        self._followers.append(follower)

    def unfollow(self, follower: Callable[[datetime], None]) -> None:
        """Stop calling `follower`; raises ValueError if it never followed."""
        self._followers.remove(follower)

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return self._now

    def epoch_ms(self) -> int:
        """Return the present instant as whole milliseconds since 1970, as Bullhorn writes it."""
        return (self._now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    def advance(self, seconds: float) -> None:
        """Let time pass; raises ValueError for a negative number, because no clock of ours runs backwards."""
        if seconds < 0:
            raise ValueError("the world clock cannot go back")
        self._move(self._now + timedelta(seconds=seconds))

    def advance_to(self, moment: datetime) -> None:
        """Let time pass until a moment; does nothing if it has already passed."""
        self._move(max(self._now, moment.astimezone(UTC)))

    def _move(self, moment: datetime) -> None:
        self._now = moment
        for follower in self._followers:
            follower(moment)

"""How much one socket may say, counted before anything else looks at it."""

from dataclasses import dataclass, field

LONGEST_COMMAND = 8 * 1024
LONGEST_SIGNAL = 24 * 1024


@dataclass(slots=True)
class Bucket:
    """`rate` a second, `burst` at once."""

    rate: float
    burst: float
    level: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst

    def take(self, now: float) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Allowance:
    """What one socket has left. Frames over it are dropped; who goes on regardless is hung up on."""

    def __init__(self) -> None:
        self.commands = Bucket(rate=10, burst=30)
        self.signals = Bucket(rate=50, burst=100)
        self.patience = Bucket(rate=5, burst=60)

    def takes(self, is_signal: bool, now: float) -> bool:
        return (self.signals if is_signal else self.commands).take(now)

    def is_lost(self, now: float) -> bool:
        """Asked for each frame that was dropped: True when there have been too many."""
        return not self.patience.take(now)

"""How much one caller may say, counted before anything else looks at it."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from django.conf import settings

LONGEST_COMMAND = 8 * 1024
LONGEST_SIGNAL = 24 * 1024
QUIET = 60.0  # seconds after which every bucket is full again


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
    """What one person has left in one place. What is over it is dropped; who goes on is hung up on."""

    def __init__(self) -> None:
        self.commands = Bucket(rate=10, burst=30)
        self.signals = Bucket(rate=50, burst=100)
        self.patience = Bucket(rate=5, burst=60)

    def takes(self, is_signal: bool, now: float) -> bool:
        return (self.signals if is_signal else self.commands).take(now)

    def last_used(self) -> float:
        return max(self.commands.at, self.signals.at)

    def is_lost(self, now: float) -> bool:
        """Asked for each frame that was dropped: True when there have been too many."""
        return not self.patience.take(now)


class Doorstep:
    """How often a caller says hello, and with how many sockets: a hello costs a transaction, so it is
    counted before any thread is asked. A caller is a login, or an address where there is none."""

    SOCKETS = 20

    def __init__(self) -> None:
        self.sockets: Counter[Hashable] = Counter()
        self.hellos: dict[Hashable, Bucket] = {}
        self.allowances: dict[tuple[int, int], Allowance] = {}

    def opens(self, caller: Hashable) -> bool:
        """One more socket; False when that is too many. Say `closes` for each that was not."""
        if self.sockets[caller] >= self.SOCKETS:
            return False
        self.sockets[caller] += 1
        return True

    def closes(self, caller: Hashable) -> None:
        self.sockets[caller] -= 1
        if not self.sockets[caller]:
            del self.sockets[caller]

    def hears_hello(self, caller: Hashable, now: float) -> bool:
        return self.hellos.setdefault(caller, Bucket(rate=1, burst=20)).take(now)

    def allowance_of(self, stream: int, person: int | None) -> Allowance | None:
        """One for all the sockets of a person in a place, so that a new socket is no new allowance."""
        return self.allowances.setdefault((stream, person), Allowance()) if person else None

    def forget(self, now: float) -> None:
        """Whoever said nothing for a while has everything left again."""
        self.hellos = {who: each for who, each in self.hellos.items() if now - each.at < QUIET}
        kept = self.allowances.items()
        self.allowances = {who: each for who, each in kept if now - each.last_used() < QUIET}


def caller_of(scope: dict) -> tuple[str, str]:
    """Whose socket this is, as far as one can tell without a look into the database."""
    login = scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME)
    return ("login", login) if login else ("address", (scope.get("client") or [""])[0])

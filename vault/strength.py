"""Whether a secret looks as if a person made it up. Chance hardly ever writes such a thing."""

from collections.abc import Sequence
from itertools import pairwise

WORDS = ("password", "qwerty", "asdfgh", "letmein", "12345", "abcdef", "changeme", "change-me", "secret")
EXAMPLES = ("django-insecure", "only-for", "example")
FEWEST = 7  # different signs; sixteen random hexadecimal ones have ten or so


def is_made_up(secret: str | bytes) -> bool:
    """Whether `secret` repeats itself, counts up or down, or holds a word that people use."""
    text = secret.decode("latin-1").lower() if isinstance(secret, bytes) else secret.lower()
    return _repeats(secret) or _counts(secret) or any(word in text for word in (*WORDS, *EXAMPLES))


def _repeats(secret: str | bytes) -> bool:
    """The same few signs, or the same piece again and again."""
    pieces = [secret[at : at + 3] for at in range(len(secret) - 2)]
    return len(set(secret)) < FEWEST or len(set(pieces)) < 0.8 * len(pieces)


def _counts(secret: str | bytes) -> bool:
    """From each sign to the next it is nearly always as far as it was before: abcdef, 2468, 0 to 31."""
    numbers: Sequence[int] = secret if isinstance(secret, bytes) else [ord(sign) for sign in secret]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) < min(8, len(numbers) // 3)

"""Why a socket was closed. The browser comes back after every code that is not final."""

SIGNED_OUT = 4401
NOT_YOURS = 4403
RESYNC = 4408  # too far behind, or not heard for too long: come back and say where you were
REPLACED = 4409
OVER = 4410
TOO_FAST = 4429
DONE = 1000
MOVING = 1012
BROKEN = 1011

FINAL = frozenset({SIGNED_OUT, NOT_YOURS, REPLACED, OVER})

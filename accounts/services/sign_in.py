"""What is remembered of a login: when it was last used, and what was proved in it."""

import time

from allauth.account.internal.flows.login import record_authentication

from accounts.access import ACTIVE_AT, IDLE_LIMIT, idle_limit
from accounts.models import User
from audit.services import record

NOTED_EVERY_SECONDS = 30  # a write per page would be dear, and half a minute makes no difference


def mark_second_factor(request) -> None:
    """Note that a second factor was shown in this login."""
    record_authentication(request, request.user, "mfa")


def stay_active(session, person: User) -> bool:
    """Note that `person` did something just now. False if that was noted moments ago."""
    limit = idle_limit(person).total_seconds()
    since = time.time() - session.get(ACTIVE_AT, 0)
    if session.get(IDLE_LIMIT) == limit and since < min(NOTED_EVERY_SECONDS, limit / 10):
        return False
    session[ACTIVE_AT] = time.time()
    session[IDLE_LIMIT] = limit
    return True


def lock(session) -> None:
    """Lock the pages of this login at once."""
    session[ACTIVE_AT] = 0


# --- What Django and allauth announce -----------------------------------------------


def on_signed_in(sender, request, user, **kwargs) -> None:
    record("signed_in", user, user)
    stay_active(request.session, user)


def on_sign_in_failed(sender, credentials=None, **kwargs) -> None:
    email = (credentials or {}).get("email", "")
    record("sign_in.failed", None, User.objects.filter(email=email.lower()).first(), by="password")


def on_code_rejected(sender, user, **kwargs) -> None:
    record("sign_in.failed", None, user, by="code")


def on_factor_failed(sender, user, authenticator, **kwargs) -> None:
    record("sign_in.failed", None, user, by=authenticator.type)


def on_proved(sender, request, user, reauthenticated=False, **kwargs) -> None:
    """Proving who one is opens the lock."""
    if reauthenticated:
        record("proved_again", user, user)
        stay_active(request.session, user)


def on_factor_added(sender, request, user, authenticator, **kwargs) -> None:
    """Setting up a second factor takes a proof of having it, so it counts as shown, and as shown just now."""
    record("second_factor.added", user, user, kind=authenticator.type)
    if authenticator.type in ("totp", "webauthn"):
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)


def on_factor_removed(sender, user, authenticator, **kwargs) -> None:
    record("second_factor.removed", user, user, kind=authenticator.type)


def on_recovery_codes_made(sender, user, **kwargs) -> None:
    record("recovery_codes.made", user, user)

"""Saying "it's me" again with a code by email, for those whose only lock is their mailbox."""

import hashlib
import secrets
import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django.conf import settings

PROOF = "proof_code"
MOST_WRONG = 3


class WrongCode(Exception):
    """Not the code that was sent."""


class CodeIsOver(WrongCode):
    """None was sent, or too long ago, or tried too often."""


class TooOften(Exception):
    """Codes were asked for too often."""


def send_code(request) -> None:
    """Mail a code to the person signed in here. Raises TooOften."""
    email = request.user.email
    if not ratelimit.consume(request, action="request_login_code", key=email):
        raise TooOften
    code = get_adapter().generate_login_code()
    request.session[PROOF] = {"digest": _digest(code), "at": time.time(), "wrong": 0}
    get_adapter().send_mail("account/email/login_code", email, {"code": code})


def is_code_sent(session) -> bool:
    return _sent(session) is not None


def check_code(request, code: str) -> None:
    """Raise WrongCode, or CodeIsOver, unless `code` is the one that was sent. Uses it up."""
    sent = _sent(request.session)
    if sent is None:
        raise CodeIsOver
    if not secrets.compare_digest(sent["digest"], _digest(code)):
        request.session[PROOF] = sent | {"wrong": sent["wrong"] + 1}
        raise WrongCode
    del request.session[PROOF]


def note_proved_by_mail(request) -> None:
    record_authentication(request, request.user, "code", email=request.user.email, reauthenticated=True)


def _sent(session) -> dict | None:
    sent = session.get(PROOF)
    if sent is None or sent["wrong"] >= MOST_WRONG:
        return None
    return sent if time.time() - sent["at"] < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT else None


def _digest(code: str) -> str:
    return hashlib.sha256(normalize_user_code(code).encode()).hexdigest()

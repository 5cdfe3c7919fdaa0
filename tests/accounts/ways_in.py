"""What someone does in front of a browser to come in."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from accounts.outbox import deliver_due

SIGN_IN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"
CODE = re.compile(r"^([A-Z]{6})$", re.MULTILINE)


def code_sent_to(address: str) -> str:
    deliver_due()
    letters = [letter for letter in mail.outbox if letter.to == [address]]
    return CODE.search(letters[-1].body).group(1)


def link_sent_to(address: str) -> str:
    deliver_due()
    letters = [letter for letter in mail.outbox if letter.to == [address]]
    return re.search(r"http://[^/]+(/\S+)", letters[-1].body).group(1)


def code_of(secret: str) -> str:
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_code_from_mail(address: str) -> Client:
    browser = Client(headers={"Accept": "text/html"})
    browser.post(SIGN_IN, {"login": address})
    browser.post(CONFIRM, {"code": code_sent_to(address)})
    return browser

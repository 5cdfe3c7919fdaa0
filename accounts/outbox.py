"""The outbox: a notice is written in the caller's transaction and sent afterwards, once.

A worker claims a notice by compare-and-set, hands it to the mail server, and writes down that it did,
one notice at a time. A worker killed before the mail server said yes loses nothing: its claim runs out and
another one sends. Killed in the moment between that yes and our writing it down, the notice goes out
again. SMTP has no way to ask "did you take it?", so that moment cannot be closed; it is a few milliseconds
long, and the second letter is the first one byte for byte, Message-ID and date included, by which
mail stores know it for the same.
"""

import logging
import smtplib
import time
import uuid
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import EmailChange, Notice, User
from accounts.notices import KINDS, letter

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)  # longer than any talk with a mail server: EMAIL_TIMEOUT bounds each step
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
OVERDUE = timedelta(minutes=15)
TAKEN_BACK, DEACTIVATED, REFUSED = "taken back", "deactivated", "address refused"
NOBODYS_TROUBLE = (TAKEN_BACK, DEACTIVATED)
MAILBOX = Lower(Coalesce(NullIf("address", Value("")), "person__email"))
PAUSE = 15.0  # seconds a process leaves a mail server alone that did not answer


class Refused(Exception):
    """The mail server will never take this one."""


class NotNow(Exception):
    """The mail server did not take this one now."""


class NoMailServer(Exception):
    """There is no talking to the mail server at all."""


def post(
    kind: str,
    *,
    key: str,
    person: User | None = None,
    address: str = "",
    language: str = "",
    link: str = "",
    secret: str = "",
    due_at: datetime | None = None,
) -> Notice:
    """Write a notice, in the caller's transaction. The same `key` again gives the first one back.

    Goes to `address`, or else to the address `person` has on the day. `link` is a path of ours and may
    hold "{secret}"; a secret without a link is shown as a code.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of notice: {kind}")
    if person is None and not address:
        raise ValueError("a notice needs a person or an address")
    notice, _made = Notice.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "kind": kind,
            "person": person,
            "address": address,
            "language": language or (person.language if person else settings.LANGUAGE_CODE),
            "link": link or None,
            "secret": secret or None,
            "due_at": due_at or timezone.now(),
        },
    )
    return notice


def take_back(key: str) -> bool:
    """Keep the notice written under `key` from being sent. False if it has gone, or never was."""
    return bool(_open_notices().filter(idempotency_key=key).update(**_ended(TAKEN_BACK)))


def stuck(now: datetime | None = None) -> QuerySet[Notice]:
    """Return what somebody should look at: given up within a month, or long overdue. Newest first.

    Only letters to a mailbox that someone has, or is about to have, and after which no other one got there.
    """
    now = now or timezone.now()
    given_up = Q(given_up_at__gte=now - timedelta(days=30)) & ~Q(last_error__in=NOBODYS_TROUBLE)
    awaited = EmailChange.objects.filter(
        person=OuterRef("person"), new_email=OuterRef("address"), done_at=None, expires_at__gt=now
    )
    is_theirs = Q(address="") | Q(address__iexact=F("person__email")) | Exists(awaited)
    got_there = Notice.objects.annotate(mailbox=MAILBOX).filter(
        person=OuterRef("person"), mailbox=OuterRef("mailbox"), sent_at__gt=OuterRef("due_at")
    )
    newest_first = Notice.objects.select_related("person").order_by("-due_at", "-pk")
    troubled = newest_first.filter(given_up | Q(pk__in=overdue(now)), is_theirs, person__is_active=True)
    return troubled.annotate(mailbox=MAILBOX).filter(~Exists(got_there))


def overdue(now: datetime | None = None) -> QuerySet[Notice]:
    """Return what should have gone by now and did not: no mail server, or no worker."""
    return _open_notices().filter(due_at__lte=(now or timezone.now()) - OVERDUE)


def deliver_due(now: datetime | None = None, limit: int = 200) -> int:
    """Send what is due and return how many were sent. The worker calls this every second."""
    with _MailServer() as server:
        sent = 0
        for _turn in range(limit):
            notice = _claim_next(now or timezone.now()) if server.answers else None
            if notice is None:
                break
            sent += _deliver(notice, server)
        return sent


def _open_notices() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at=None, given_up_at=None)


def _claim_next(now: datetime) -> Notice | None:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = _open_notices().filter(free, due_at__lte=now)
    claim = uuid.uuid4()
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:10]:
        mine = {"claim": claim, "claimed_until": now + CLAIM, "attempts": F("attempts") + 1}
        if due.filter(pk=pk).update(**mine):
            # Without what is sealed: if that cannot be opened, it is this notice's trouble, not the queue's.
            return Notice.objects.select_related("person").defer("link", "secret").get(pk=pk)
    return None


def _deliver(notice: Notice, server: "_MailServer") -> bool:
    """Send one claimed notice and write down what became of it."""
    if reason := _why_not(notice):
        _settle(notice, **_ended(reason))
        return False
    try:
        server.send(_written(notice))
    except Refused as error:
        _settle(notice, **_ended(str(error)))
    except NotNow as error:
        _try_again(notice, str(error))
    except NoMailServer as error:
        # Not this notice's fault: it keeps its attempts.
        again = {"attempts": F("attempts") - 1, "claimed_until": timezone.now() + timedelta(seconds=PAUSE)}
        _settle(notice, claim=None, last_error=str(error)[:80], **again)
    else:
        _settle(notice, sent_at=timezone.now(), link=None, secret=None, claim=None, last_error="")
        return True
    logger.warning("notice %s (%s) was not sent", notice.pk, notice.kind)
    return False


def _why_not(notice: Notice) -> str:
    if notice.kind not in KINDS:
        return "unknown kind"
    if timezone.now() > notice.due_at + KINDS[notice.kind].useful_for:
        return "too late"
    if notice.person and not notice.person.is_active:
        return DEACTIVATED
    return ""


def _try_again(notice: Notice, reason: str) -> None:
    if notice.attempts > len(WAITS):
        _settle(notice, **_ended(reason))
    else:
        wait = WAITS[notice.attempts - 1]
        _settle(notice, claim=None, claimed_until=timezone.now() + wait, last_error=reason[:80])


def _ended(reason: str) -> dict:
    return {"given_up_at": timezone.now(), "last_error": reason[:80], "link": None, "secret": None}


def _settle(notice: Notice, **changes) -> None:
    """Write down what became of a notice, if the claim is still ours."""
    _open_notices().filter(pk=notice.pk, claim=notice.claim).update(**changes)


def _written(notice: Notice) -> mail.EmailMessage:
    try:
        return _letter(notice)
    except Exception as error:  # what is sealed in it may not open; the rest of the queue is well
        raise NotNow(_name(error)) from None


def _letter(notice: Notice) -> mail.EmailMessage:
    address = notice.address or (notice.person.email if notice.person else "")
    message = letter(notice, address)
    name = salted_hmac("accounts.outbox", notice.idempotency_key, algorithm="sha256").hexdigest()[:40]
    message.extra_headers = {
        "Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>",
        "Date": format_datetime(notice.due_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return message


class _MailServer:
    """One talk with the mail server, begun when the first letter is sent."""

    silent_until = 0.0

    def __enter__(self):
        self.connection = mail.get_connection(fail_silently=False)
        return self

    def __exit__(self, *trouble):
        try:
            self.connection.close()
        except Exception:  # what was sent is sent, and written down
            logger.info("the mail server did not say goodbye")

    @property
    def answers(self) -> bool:
        return time.monotonic() >= _MailServer.silent_until

    def send(self, message: mail.EmailMessage) -> None:
        """Hand one letter over. Raises Refused, NotNow or NoMailServer."""
        try:
            self.connection.open()
        except Exception as error:
            self._leave_alone()
            raise NoMailServer(_name(error)) from None
        try:
            self.connection.send_messages([message])
        except smtplib.SMTPSenderRefused as error:
            self._leave_alone()
            raise NoMailServer(_name(error)) from None
        except Exception as error:
            if not isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                self._leave_alone()
            raise _problem(error) from None

    def _leave_alone(self) -> None:
        """Stop this round and the next few: every further letter would wait for the same silence."""
        _MailServer.silent_until = time.monotonic() + PAUSE


def _problem(error: Exception) -> Exception:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _reply in error.recipients.values()), default=450)
        return _by_code(f"{REFUSED} {code}", code)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(_name(error), error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError | mail.BadHeaderError):
        return Refused(_name(error))
    return NotNow(_name(error))


def _by_code(reason: str, code: int) -> Exception:
    return Refused(reason) if 500 <= code < 600 else NotNow(reason)


def _name(error: Exception) -> str:
    """Only names and numbers are kept: what a mail server answers may quote an address."""
    return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()

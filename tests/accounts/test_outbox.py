import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts import outbox
from accounts.models import Notice
from accounts.notices import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server_answers(monkeypatch):
    monkeypatch.setattr(outbox._MailServer, "silent_until", 0.0)


def test_a_notice_goes_out_once_in_the_persons_language(cast):
    cast.june.language = "es"
    cast.june.save()
    outbox.post("message", person=cast.june, key="one", link="/messages/")
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    (letter,) = mail.outbox
    assert letter.to == ["june@example.org"]
    with translation.override("es"):
        assert letter.subject == str(KINDS["message"].subject)
    assert "http://localhost:8000/messages/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_same_key_twice_is_one_notice(cast):
    first = outbox.post("message", person=cast.june, key="one")
    assert outbox.post("message", person=cast.june, key="one") == first
    assert outbox.deliver_due() == 1


def test_what_was_undone_is_never_told(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.post("message", person=cast.june, key="one")
        raise ZeroDivisionError
    assert outbox.deliver_due() == 0


def test_nothing_goes_out_before_its_time(cast):
    tomorrow = timezone.now() + timedelta(days=1)
    outbox.post("message", person=cast.june, key="one", due_at=tomorrow)
    assert outbox.deliver_due() == 0
    assert outbox.deliver_due(now=tomorrow) == 1


def test_a_notice_taken_back_is_not_sent(cast):
    outbox.post("message", person=cast.june, key="one")
    assert outbox.take_back("one")
    assert outbox.deliver_due() == 0
    assert not outbox.take_back("one")
    assert not outbox.stuck()


def test_a_reminder_is_not_sent_when_it_is_too_late_to_help(cast):
    outbox.post("meeting_soon", person=cast.june, key="one", due_at=timezone.now() - timedelta(hours=1))
    assert outbox.deliver_due() == 0
    assert Notice.objects.get().last_error == "too late"


def test_someone_who_is_gone_hears_no_more(cast):
    outbox.post("message", person=cast.june, key="one")
    cast.june.is_active = False
    cast.june.save()
    assert outbox.deliver_due() == 0
    assert Notice.objects.get().last_error == "deactivated"


def test_mail_goes_to_the_address_of_the_day_unless_one_is_given(cast):
    outbox.post("message", person=cast.june, key="one")
    outbox.post("email_change_new", person=cast.june, address="new@example.org", key="two")
    cast.june.email = "moved@example.org"
    cast.june.save()
    outbox.deliver_due()
    assert [letter.to for letter in mail.outbox] == [["moved@example.org"], ["new@example.org"]]


def test_a_sign_in_code_stands_alone_on_its_line_and_is_forgotten(cast):
    outbox.post("sign_in_code", person=cast.june, key="one", secret="BCDF-GHJK")
    with connection.cursor() as cursor:
        cursor.execute("select secret from accounts_notice")
        assert b"BCDF" not in bytes(cursor.fetchone()[0])
    outbox.deliver_due()
    assert "BCDF-GHJK" in mail.outbox[0].body.splitlines()
    assert "BCDF" not in mail.outbox[0].subject
    assert Notice.objects.get().secret is None


def test_a_one_use_link_is_put_together_only_in_the_letter(cast):
    outbox.post("invitation", person=cast.june, key="one", link="/invited/{secret}/", secret="tok-123")
    outbox.deliver_due()
    assert "http://localhost:8000/invited/tok-123/" in mail.outbox[0].body.splitlines()
    assert "tok-123" not in mail.outbox[0].body.splitlines()
    assert Notice.objects.get().link is None


def test_after_enough_attempts_it_gives_up_and_says_so(cast, monkeypatch):
    def not_now(backend, messages):
        raise KeyError("june@example.org")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", not_now)
    notice = outbox.post("message", person=cast.june, key="one")
    for _attempt in range(len(outbox.WAITS) + 1):
        monkeypatch.setattr(outbox._MailServer, "silent_until", 0.0)
        notice.refresh_from_db()
        assert notice.given_up_at is None
        outbox.deliver_due(now=notice.claimed_until or timezone.now())
    notice.refresh_from_db()
    assert notice.given_up_at
    assert notice.last_error == "KeyError"
    assert list(outbox.stuck()) == [notice]


def test_a_notice_that_cannot_be_opened_does_not_hold_up_the_rest(cast):
    spoiled = outbox.post("sign_in_code", person=cast.june, key="one", secret="1234")
    outbox.post("message", person=cast.omar, key="two")
    with connection.cursor() as cursor:
        cursor.execute("update accounts_notice set secret = %s where id = %s", [b"junk", spoiled.pk])
    assert outbox.deliver_due() == 1
    assert [letter.to for letter in mail.outbox] == [["omar@example.org"]]
    assert Notice.objects.defer("secret").get(pk=spoiled.pk).last_error == "Tampered"


def test_what_is_long_overdue_is_shown_to_somebody(cast):
    notice = outbox.post("message", person=cast.june, key="one", due_at=timezone.now() - timedelta(hours=1))
    assert list(outbox.stuck()) == [notice]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_letter_says_more_than_that_something_is_there(kind, language, cast):
    outbox.post(kind, person=cast.june, key="one", language=language, link="/x/")
    outbox.deliver_due()
    (letter,) = mail.outbox
    words = f"{letter.subject} {letter.body}".lower()
    for telling in (" iop", "program", "group", "therap", "grupo", "terap", "june", "tuesday", "patient"):
        assert telling not in words
    assert "\n" not in letter.subject


def test_an_unknown_kind_or_nobody_to_send_to_is_refused(cast):
    with pytest.raises(ValueError, match="no such kind"):
        outbox.post("gossip", person=cast.june, key="one")
    with pytest.raises(ValueError, match="person or an address"):
        outbox.post("message", key="one")


def test_every_kind_that_the_house_posts_has_its_words(settings):
    posted = set()
    for room in ("accounts", "groups", "care", "sessions"):
        for file in (settings.BASE_DIR / room).rglob("*.py"):
            posted |= set(re.findall(r"\bpost\(\s*\"(\w+)\"", file.read_text()))
    assert posted
    assert posted <= set(KINDS)

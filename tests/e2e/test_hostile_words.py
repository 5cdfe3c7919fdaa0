"""Whatever anybody writes anywhere stays words: in every field, on every page, in the live room.

What is covered. People of every role follow every link they have and put hostile words into every field
that takes words, of every form that has one (two or three of each kind; the words go round, so a short
field meets some of them and a long one all). What is typed in the room comes in the room: arrival, hold,
answer, removal, and in the chat every one of the words. Then the database is asked which columns never held
such a word; those are in `NOT_TYPED`. So a new column, a new form or a new command with a text fails here
until it is met. Then everyone reads every page within reach, on a phone, the addresses that a page repeats,
and the room from the knock to the report. Nothing may run, ask for anything elsewhere, break our Content-
Security-Policy, add an element or an attribute, be computed, or push a page sideways.

Not covered: mail (its texts hold no words of people's), the back office, passwords and codes (never shown).
"""

import json
from pathlib import Path

import pytest

from tests.e2e.hostile_meeting import a_whole_meeting, notes_what_is_said
from tests.e2e.hostile_words import TAGS, WORDS, plain
from tests.e2e.people import DESK, PHONE, newcomer
from tests.e2e.test_every_page import alike, links_on
from tests.e2e.test_first_group import SESSION_NOW
from tests.e2e.test_lock_and_passkeys import with_a_device
from tests.e2e.trap import SIDEWAYS, Trap

FILL_IN = (Path(__file__).parent / "fill_in_every_form.js").read_text()
# In an order in which nothing is taken away before others used it.
WRITERS = ("ines", "maya", "cole", "ada", "hana", "june", "omar", "rosa")
READERS = ("", "june", "lena", "rosa", "maya", "cole", "ines", "ada")
NOT_THERE = (
    r"^/(away|demo|i18n|static|calendar)/|/room/|\.csv|\.ics|/export/"
    r"|^/accounts/(logout|login|unlock|second|passkeys|password)"
)
AS_A_BROWSER = TAGS[4]  # what the list of one's own sessions shows of a browser
CODES = """
import json
from accounts.models import User
from django.utils import timezone
from groups.models import TherapyGroup
from sessions.models import GroupSession
names = ("maya", "june", "omar")
codes = {name: str(User.objects.get(email=f"{name}@example.org").code) for name in names}
coming = GroupSession.objects.filter(group__name="Thursday evening", starts_at__gt=timezone.now()).last()
tuesday = TherapyGroup.objects.get(name="Tuesday evening")
print(json.dumps(codes | {"tuesday": str(tuesday.code), "coming": str(coming.code)}))
"""
MOST_PAGES = 60
SAID_WITH_WORDS = """
import json
from dataclasses import fields
from sessions.protocol import COMMANDS
print(json.dumps([f"{kind}.{each.name}" for kind, command in COMMANDS.items() for each in fields(command)
    if each.metadata["shape"].like[:1] == ("words",)]))
"""
KEPT = """
import json
from django.apps import apps
from django.db import models
from vault.fields import EncryptedTextField
words = [word.strip()[:6] for word in json.loads({words!r})]
kept = {{}}
for model in apps.get_models():
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField | models.JSONField | EncryptedTextField):
            if not field.choices:
                values = list(map(str, model._default_manager.values_list(field.name, flat=True)))
                kept[f"{{model._meta.label}}.{{field.name}}"] = any(w in v for v in values for w in words)
print(json.dumps(kept))
"""
# Columns whose words nobody types, or that keep none of what was typed.
NOT_TYPED = {
    "accounts.EmailChange.new_token_hash",
    "accounts.EmailChange.old_token_hash",
    "accounts.Invitation.lands_at",  # an address of ours
    "accounts.Invitation.token_hash",
    "accounts.Notice.idempotency_key",
    "accounts.Notice.kind",
    "accounts.Notice.language",
    "accounts.Notice.last_error",
    "accounts.Notice.link",
    "accounts.Notice.secret",
    "accounts.User.password",  # a digest, never shown
    "accounts.User.time_zone",  # out of a list
    "account.EmailAddress.email",  # allauth's copy of the person's, made when they first come in by mail
    "account.EmailConfirmation.key",
    "admin.LogEntry.change_message",  # nothing is changed in the back office
    "admin.LogEntry.object_id",
    "admin.LogEntry.object_repr",
    "audit.AuditEntry.about",  # codes and names of things, by audit's own tests
    "audit.AuditEntry.action",
    "audit.AuditEntry.actor",
    "audit.AuditEntry.detail",
    "audit.AuditEntry.subject",
    "audit.AuditEntry.subject_kind",
    "auth.Group.name",  # Django's own tables, not used
    "auth.Permission.codename",
    "auth.Permission.name",
    "care.Agreement.language",
    "care.Agreement.text_hash",
    "care.Agreement.version",
    "care.AgreementText.digest",
    "contenttypes.ContentType.app_label",
    "contenttypes.ContentType.model",
    "group_sessions.Admission.message",  # emptied when one is let in; read in the room before
    "group_sessions.Attendance.roster_status",
    "group_sessions.Attendance.stays",
    "group_sessions.CalendarFeed.token_hash",
    "group_sessions.GroupSession.time_zone",  # out of a list, as the next ones
    "group_sessions.Series.time_zone",
    "group_sessions.Series.weekdays",
    "group_sessions.Visit.how_closed",
    "groups.Offer.relation",  # `Relation.relation`, until whom it concerns has said yes
    "groups.Site.time_zone",
    "sessions.Session.session_data",
    "sessions.Session.session_key",
    "usersessions.UserSession.data",
    "usersessions.UserSession.session_key",
    "vault.DataKey.wrapped",
    "wire.Heartbeat.name",
    "wire.StreamEvent.audience",
    "wire.StreamEvent.kind",
    "wire.StreamEvent.nudges",
}


@pytest.fixture(scope="module")
def clinic(browser, server) -> dict:
    """The demo clinic, after everyone wrote what they should not."""
    codes = json.loads(server.ask(CODES)) | {"now": server.ask(SESSION_NOW)}
    filled = {"codes": codes, "next": 0, "broken": [], "asks": [], "trap": Trap(server.url)}
    for key in WRITERS:
        someone = newcomer(browser, server.url, key, user_agent=AS_A_BROWSER)
        filled["trap"].set_in(someone.context)
        if key == "ines":
            add_a_passkey(newcomer(browser, server.url, "maya").sign_in(), WORDS[0])
        fill_in_all_forms(someone.sign_in(), filled)
        someone.context.close()
    return filled


def add_a_passkey(person, name: str) -> None:
    with_a_device(person)
    page = person.go("/accounts/passkeys/add/")
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="Add this device").click()
    page.wait_for_url("**/second/codes/")
    person.context.close()


def fill_in_all_forms(someone, filled: dict) -> None:
    codes = filled["codes"]
    first = {
        "ines": [
            *(f"/groups/{codes['tuesday']}/members/{codes[name]}/" for name in ("maya", "june", "omar")),
            f"/people/{codes['maya']}/",
            f"/sessions/{codes['coming']}/cancel/",
            "/people/invite/?as=relative",
        ],
        "june": [f"/my-care/agree/confidentiality/{codes['tuesday']}/"],
        "omar": [f"/my-care/agree/confidentiality/{codes['tuesday']}/"],
    }
    told = {
        "starts": [*first.get(someone.key, []), "/", "/accounts/about/"],
        "words": WORDS,
        "from": filled["next"],
        "leaveAlone": NOT_THERE,
        "ofAKind": 3 if someone.key == "ines" else 2,
        "but": codes["now"],
    }
    report = someone.page.evaluate(FILL_IN, told)
    filled["next"] = report["next"]
    filled["broken"] += report["broken"]
    filled["asks"] += [(someone.key, address) for address in report["asks"]]


def test_the_trap_springs(browser, server):
    """Words that were not kept from being markup run, or are held up by our policy, and either is noticed."""
    trap = Trap(server.url)
    someone = newcomer(browser, server.url)
    trap.set_in(someone.context)
    page = someone.page
    page.goto("about:blank")
    page.evaluate("words => { document.body.innerHTML = words.join(' ') }", TAGS)
    page.wait_for_timeout(300)
    assert any("caught(5)" in what for what in trap.sprung), "it ran"
    trap.sprung.clear()
    someone.go("/help/")
    page.evaluate("words => { document.body.innerHTML = words.join(' ') }", TAGS)
    page.wait_for_timeout(300)
    assert any("policy: " in what for what in trap.sprung), "it was held up"
    assert not any("caught(" in what for what in trap.sprung)
    trap.look(page)
    assert any("IMG x-h" in what for what in trap.sprung), "it was found"
    someone.context.close()


def test_no_form_breaks(clinic):
    assert clinic["broken"] == []
    assert clinic["trap"].sprung == []
    assert clinic["next"] > len(WORDS), "they met each word"


@pytest.mark.parametrize("key", READERS)
def test_every_page_shows_them_as_words(browser, server, clinic, key):
    trap = Trap(server.url)
    someone = newcomer(browser, server.url, key, viewport=PHONE)
    trap.set_in(someone.context)
    if key:
        someone.sign_in()
    wide, broken = [], []
    for url in reads(someone, server.url, clinic):
        answer = someone.page.goto(url)
        trap.look(someone.page)
        if answer is None or answer.status >= 500:
            broken.append(url)
        if (over := someone.page.evaluate(SIDEWAYS)) > 0:
            wide.append(f"{url} by {over}")

    someone.context.close()
    assert (trap.sprung, broken, wide) == ([], [], [])
    assert of_ours(someone.complaints) == []
    assert trap.read or not key


def reads(someone, url: str, clinic: dict):
    """One of each kind of page within reach, and the addresses that a page repeats."""
    word = plain(TAGS[0]) + "%22%27%3E%3Cimg%20x-h%20src=x%20onerror=caught(1)%3E"
    yield from (f"{url}{ask}" for key, ask in clinic["asks"] if key == someone.key)
    yield from (
        f"{url}/{word}",
        f"{url}/accounts/login/?next={word}",
        f"{url}/accounts/unlock/?next=javascript:{word}",
    )
    waiting, seen = [url + "/"], set()
    while waiting and len(seen) < MOST_PAGES:
        here = waiting.pop(0)
        if alike(here) in seen:
            continue
        seen.add(alike(here))
        yield here
        waiting += sorted(links_on(someone.page, url))


def of_ours(complaints: list[str]) -> list[str]:
    """Without what the browser itself writes of an answer that is a refusal."""
    return [one for one in complaints if "Failed to load resource" not in one]


def test_the_room_shows_them_as_words(browser, server, clinic):
    """From the knock to the report; then no column is left in which such words never stood."""
    trap = Trap(server.url)
    ines, maya, june, omar = (
        newcomer(browser, server.url, key, viewport=size)
        for key, size in (("ines", PHONE), ("maya", DESK), ("june", PHONE), ("omar", PHONE))
    )
    heard: set[str] = set()
    for one in (ines, maya, june, omar):
        trap.set_in(one.context)
        notes_what_is_said(one, heard)
        one.sign_in()
    a_whole_meeting(clinic["codes"]["now"], trap, ines, maya, june, omar)
    for one in (ines, maya, june, omar):
        assert of_ours(one.complaints) == []
        one.context.close()
    assert trap.sprung == []
    assert {word for word in WORDS if plain(word)} <= trap.read, "each stood in the chat"
    assert heard == set(json.loads(server.ask(SAID_WITH_WORDS))), "each command with a text was given one"
    kept = json.loads(server.ask(KEPT.format(words=json.dumps(WORDS))))
    assert {name for name, is_hostile in kept.items() if not is_hostile} == NOT_TYPED

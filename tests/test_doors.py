"""Every address and every socket, and who may open it: tests/doors.csv, which anyone can read.

    open           the page answers, or does what was asked (or says what is missing in a form)
    read           the page answers, but a change is not there
    hidden         not there: the same bytes as for an address that nobody has
    refused        there, but not for this person
    sign in        to the sign-in page
    second factor  to the page that asks for the second factor
    locked         answers nothing to a login that is not complete

GET and POST are asked of everyone; PUT, DELETE, PATCH and HEAD may open nothing more than those. Nobody
from outside reads a word of Tuesday's even where a page opens, and no page of someone signed in may be kept.

An address that is not in the table fails, and so does a line whose address is gone. Sockets: see
tests/test_socket_doors.py.
"""

import copy
import csv
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test.client import ClientHandler
from django.urls import URLPattern, get_resolver

from tests.doors_objects import CANARY, furnish, visitors

TABLE = Path(__file__).parent / "doors.csv"
SLOT = re.compile(r"<(?:\w+:)?(\w+)>")
REGULAR = {
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-wrong/",
    "^(?P<app_label>accounts)/$": "accounts/",
}
SIGN_IN = ("/accounts/login/",)
SECOND_FACTOR = ("/accounts/protect/", "/accounts/unlock/", "/accounts/login/second/")
NOT_AN_ANSWER = 405
OTHER_VERBS = ("put", "delete", "patch", "head")
STRANGERS = {
    "not signed in",
    "patient of another group",
    "relative",
    "facilitator of another group",
    "former facilitator",
    "coordinator elsewhere",
    "former coordinator",
    "staff without second factor",
    "deactivated",
}
# The program's own facts, which whoever works there may know; the name of a group that one signed for.
MAY_KNOW = {("facilitator of another group", "/programs/<uuid:code>/"), ("relative", "/my-care/")}
BUILDING = ClientHandler(enforce_csrf_checks=False)  # one for everyone: its middleware is slow to make


def addresses(resolver=None, before: str = "/") -> list[str]:
    """Every address that the resolver knows, `<uuid:code>` and all."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        own = str(entry.pattern)
        here = before + REGULAR.get(own, own)
        found += [here] if isinstance(entry, URLPattern) else addresses(entry, here)
    return found


def lines() -> dict[str, dict[str, str]]:
    with TABLE.open() as file:
        return {line["address"]: line for line in csv.DictReader(file)}


def filled(address: str, behind: dict[str, dict], otherwise=None) -> str:
    """Return `address` with its slots filled by what stands behind it."""
    beginning = max((start for start in behind if address.startswith(start)), key=len)
    things = {**behind["/"], **behind[beginning]}
    return SLOT.sub(lambda slot: str(otherwise or things[slot.group(1)]), address)


def verdict(response) -> str | None:
    """What `response` means to the person who knocked. None where that verb is not for this address."""
    code, to = response.status_code, response.headers.get("Location", "")
    if code == NOT_AN_ANSWER:
        return None
    if code in (404, 403, 423):
        return {404: "hidden", 403: "refused", 423: "locked"}[code]
    if to.startswith(SIGN_IN) and "next=" in to:
        return "sign in"
    if to.startswith(SECOND_FACTOR):
        return "second factor"
    assert code < 500, f"{code}"
    return "open"


def ask(browser, verb: str, address: str):
    """Knock once; take back whatever the knock changed."""
    window = copy.copy(browser)
    window.cookies, window.handler = copy.deepcopy(browser.cookies), BUILDING
    with transaction.atomic():
        answer = getattr(window, verb)(address)
        transaction.set_rollback(True)
    return answer


def knock(browser, address: str) -> tuple[str, list]:
    """Look, and try to change; return what both say together, and the answers."""
    answers = [ask(browser, "get", address), ask(browser, "post", address)]
    looked, changed = map(verdict, answers)
    if looked == "open" and changed in ("hidden", "refused"):
        return "read", answers[:1]
    return " or ".join(sorted({each for each in (looked, changed) if each})) or "nothing", answers


def complaints(who: str, line: dict, found: str, answers: list, nobodys) -> list[str]:
    """What is wrong with how `who` was answered at the address of `line`."""
    wrong = [] if found == line[who] else [f"{who} finds it {found}, not {line[who]}"]
    is_outside = who in STRANGERS and (who, line["address"]) not in MAY_KNOW
    if is_outside or found not in ("open", "read"):
        wrong += [f"{who} reads of it" for answer in answers if CANARY in _body(answer)]
    if who not in ("not signed in", "deactivated"):
        kept = [answer for answer in answers if "no-store" not in answer.headers.get("Cache-Control", "")]
        wrong += [f"{who} leaves a copy behind" for _answer in kept]
    if found == "hidden" and nobodys is not None and _body(answers[0]) != _body(nobodys):
        wrong += [f"{who} can tell that it exists"]
    return [f"{line['address']}: {each}" for each in wrong]


def by_other_verbs(browser, address: str, verbs: list[str], found: str) -> list[str]:
    """Which of `verbs` open what GET and POST do not."""
    allowed = {"open": None, "read": {None, "open", "hidden", "refused"}}.get(
        found, {None, *found.split(" or ")}
    )
    if allowed is None:
        return []
    return [verb for verb in verbs if verdict(ask(browser, verb, address)) not in allowed]


def other_verbs(number: int) -> list[str]:
    """All of them where there is time, otherwise one here and another there."""
    return list(OTHER_VERBS) if settings.REDIS_URL else [OTHER_VERBS[number % len(OTHER_VERBS)]]


def corner(address: str) -> str:
    """The part of the house an address belongs to, so that each part is furnished once."""
    return address.split("/")[1] or "today"


@pytest.mark.parametrize("part", sorted({corner(address) for address in lines() if "/ws/" not in address}))
def test_a_door_opens_to_those_whom_the_table_names(part, cast, a_session, signed_in):
    behind = furnish(cast, a_session)
    here = [line for line in lines().values() if corner(line["address"]) == part]
    wrong = []
    for guest, (who, comes) in enumerate(visitors(cast, signed_in).items()):
        with transaction.atomic():
            browser = comes()
            for number, line in enumerate(here):
                address = line["address"]
                found, answers = knock(browser, filled(address, behind))
                nobodys = "<uuid" in address and verdict(answers[0]) == "hidden"
                other = ask(browser, "get", filled(address, behind, uuid4())) if nobodys else None
                wrong += complaints(who, line, found, answers, other)
                if settings.REDIS_URL or (number + guest) % 2:
                    verbs = other_verbs((number + guest) // 2)
                    more = by_other_verbs(browser, filled(address, behind), verbs, found)
                    wrong += [f"{address}: {verb} opens it to {who}" for verb in more]
            transaction.set_rollback(True)
        cast.june.is_active = True
    assert wrong == []


def _body(response) -> str:
    return "" if response.streaming else response.content.decode()


def test_every_address_is_in_the_table():
    static = "/" + settings.STATIC_URL.lstrip("/")
    unlisted = [a for a in addresses() if a not in lines() and not a.startswith(static)]
    assert unlisted == [], "add a line to tests/doors.csv with a verdict for everyone"
    assert [a for a in lines() if a not in addresses() and not a.startswith("/ws/")] == [], "these are gone"


def test_the_table_has_a_verdict_for_everyone(cast, signed_in):
    for address, line in lines().items():
        assert list(line)[2:] == list(visitors(cast, signed_in)), address
        assert all(line.values()), address

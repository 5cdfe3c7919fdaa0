"""Two coordinators at the same moment: what one of them is about to change, the other one waits for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import Role, User
from groups import signals
from groups.dates import today_at
from groups.models import Enrolment, Membership

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lena_and_kai(cast):
    """Tuesday has one seat left, and two patients are to have it."""
    type(cast.tuesday).objects.filter(pk=cast.tuesday.pk).update(maximum_size=3)
    both = []
    for name in ("Lena Koss", "Kai Tanaka"):
        person = User.objects.create_user(f"{name[:4].lower()}@example.org", name=name)
        Role.objects.create(person=person, role="patient")
        Enrolment.objects.create(program=cast.program, patient=person, from_on=today_at(cast.site))
        both.append(person)
    return both


@pytest.fixture
def at_once():
    """`at_once(first, second)`: `second` is asked for while `first` is done, and not yet committed."""
    is_done, is_asked = threading.Event(), threading.Event()

    def dawdle(**news):
        if not is_done.is_set():
            is_done.set()
            is_asked.wait(10)
            is_asked.clear()
            is_asked.wait(0.5)  # the other one is on its way, and has time to arrive

    def after(ask):
        is_done.wait(10)
        is_asked.set()
        return ask()

    def closing(ask, *args):
        try:
            return ask(*args)
        finally:
            connections.close_all()

    def both(first, second):
        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(closing, first), pool.submit(closing, after, second)]
            return [answer.result(30) for answer in answers]

    signals.membership_changed.connect(dawdle)
    yield both
    signals.membership_changed.disconnect(dawdle)


def adding(browser, group, person):
    facts = {"person": person.code, "role": "patient", "from_on": today_at(group.program.site)}
    return lambda: browser.post(f"/groups/{group.code}/members/new/", facts)


def patients(group) -> int:
    return Membership.objects.filter(group=group, role="patient", ended_at=None).count()


def test_the_last_seat_goes_to_one_of_two(cast, lena_and_kai, signed_in, at_once):
    browsers = signed_in(cast.ines), signed_in(cast.ines)
    asks = [
        adding(browser, cast.tuesday, person) for browser, person in zip(browsers, lena_and_kai, strict=True)
    ]
    given, refused = at_once(*asks)
    assert given.status_code == 302
    assert "All 3 seats for patients are taken then." in refused.content.decode()
    assert patients(cast.tuesday) == 3


def test_a_group_does_not_shrink_below_whom_it_is_just_taking_in(cast, lena_and_kai, signed_in, at_once):
    browsers = signed_in(cast.ines), signed_in(cast.ines)
    page = f"/groups/{cast.tuesday.code}/change/"
    facts = {"name": "Tuesday", "kind": "group", "minimum_size": 1, "maximum_size": 2}
    rules = {"waiting_room": "first", "chat_policy": "everyone"}
    given, refused = at_once(
        adding(browsers[0], cast.tuesday, lena_and_kai[0]), lambda: browsers[1].post(page, facts | rules)
    )
    assert given.status_code == 302
    assert "3 patients have seats here. Choose 3 or more." in refused.content.decode()
    cast.tuesday.refresh_from_db()
    assert (cast.tuesday.maximum_size, patients(cast.tuesday)) == (3, 3)


def test_nobody_is_left_behind_in_a_group_that_ends(cast, lena_and_kai, signed_in, at_once):
    browsers = signed_in(cast.ines), signed_in(cast.ines)
    given, ended = at_once(
        adding(browsers[0], cast.tuesday, lena_and_kai[0]),
        lambda: browsers[1].post(f"/groups/{cast.tuesday.code}/end/"),
    )
    assert (given.status_code, ended.status_code) == (302, 302)
    assert patients(cast.tuesday) == 0

"""Who is there, and for how long, told by being heard."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.wire.conftest import JUNE
from wire import hubs, leases
from wire.models import Lease

pytestmark = pytest.mark.django_db(transaction=True)


class Chair(Lease):
    """A lease for these tests."""

    class Meta:
        app_label = "wire_tests"


@pytest.fixture
def chairs(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Chair)
    yield Chair
    with connection.schema_editor() as editor:
        editor.delete_model(Chair)


def at(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def test_who_was_heard_of_late_is_present(chairs):
    chair = leases.open(chairs)
    assert chairs.objects.filter(leases.present()).exists()
    assert leases.sweep(chairs) == []
    assert not chairs.objects.filter(leases.present(at(16))).exists()
    assert chair.closed_at is None


def test_who_falls_silent_was_there_until_last_heard(chairs):
    chair = leases.open(chairs)
    leases.refresh(chairs, [chair.pk], now=at(30))
    chair.refresh_from_db()
    (lost,) = leases.sweep(chairs, now=at(46))
    assert lost.pk == chair.pk
    assert (lost.how_closed, lost.closed_at) == ("lost", chair.last_heard_at)
    assert leases.sweep(chairs, now=at(60)) == []


def test_who_says_goodbye_left(chairs):
    chair = leases.open(chairs)
    assert leases.close(chair)
    assert not leases.close(chair)
    chair.refresh_from_db()
    assert chair.how_closed == "left" and chair.closed_at == chair.last_heard_at


def test_many_are_written_down_in_one_statement(chairs, django_assert_num_queries):
    many = [leases.open(chairs).pk for _ in range(20)]
    with django_assert_num_queries(1):
        assert leases.refresh(chairs, many) == set()


def test_a_lease_that_was_ended_is_reported_and_stays_ended(chairs):
    one, other = leases.open(chairs), leases.open(chairs)
    leases.close(one)
    assert leases.refresh(chairs, [one.pk, other.pk]) == {one.pk}
    one.refresh_from_db()
    assert one.how_closed == "left"


async def test_every_frame_keeps_the_lease_and_one_that_was_swept_sends_the_browser_back(
    browser, mouth, chairs
):
    mouth.open_lease = lambda self, welcome: leases.open(chairs)
    june = await browser(JUNE)
    long_ago = at(-60)
    await chairs.objects.aupdate(last_heard_at=long_ago)
    await june.send_json_to({"kind": "still.here"})
    await june.hears_nothing(0.05)
    await hubs.here().tick.write_leases()
    chair = await chairs.objects.aget()
    assert chair.last_heard_at > at(-5)
    await chairs.objects.aupdate(closed_at=timezone.now(), how_closed="lost")
    await june.send_json_to({"kind": "still.here"})
    await june.hears_nothing(0.05)
    await hubs.here().tick.write_leases()
    assert await june.closed_with() == 4408


async def test_coming_back_on_the_same_socket_opens_no_second_lease(browser, mouth, chairs, happens):
    mouth.open_lease = lambda self, welcome: leases.open(chairs)
    june = await browser(JUNE)
    await happens("nudging", nudges=[JUNE])
    await june.hears()
    await june.ask("catch.up", last_seq=0)
    assert await chairs.objects.acount() == 1
    await june.send_json_to({"kind": "goodbye"})
    await june.closed_with()
    assert (await chairs.objects.aget()).how_closed == "left"


async def test_browsers_are_asked_and_the_silent_are_hung_up_on(browser, monkeypatch):
    june = await browser(JUNE)
    tick = hubs.here().tick
    (member,) = hubs.here().members()
    member.owner.heard_at -= 5
    await tick.ask_browsers()
    assert await june.hears() == {"kind": "are.you.there"}
    member.owner.heard_at -= 11
    tick.asked_at -= 6
    await tick.ask_browsers()
    assert await june.closed_with() == 4408


def test_minutes_are_counted_once_however_many_devices():
    zero = timezone.now().replace(microsecond=0)
    minute = lambda number: zero + timedelta(minutes=number)  # noqa: E731
    visits = [
        (minute(30), minute(40)),
        (minute(0), minute(10)),
        (minute(5), minute(12)),
        (minute(12), minute(15)),
    ]
    assert leases.union(visits) == [(minute(0), minute(15)), (minute(30), minute(40))]
    assert leases.total(visits) == timedelta(minutes=25)
    assert leases.total([]) == timedelta(0)

"""The log has one order, no holes, and acts once."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from wire import log
from wire.models import Stream, StreamEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def stream(db):
    return Stream.objects.create()


def kinds(stream):
    return [(event.seq, event.kind) for event in log.read(stream)]


def test_events_are_numbered_from_one_without_holes(stream):
    for kind in ("first", "second", "third"):
        log.append(stream, kind, {})
    assert kinds(stream) == [(1, "first"), (2, "second"), (3, "third")]
    assert log.head(stream) == 3


def test_what_was_taken_back_leaves_no_hole(stream):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.append(stream, "never.happened", {})
        raise ZeroDivisionError
    assert log.append(stream, "happened", {}).seq == 1


def test_a_resend_returns_the_first_answer_and_changes_nothing(stream):
    id = uuid4()
    first = log.append(stream, "said", {"text": "once"}, person=1, client_id=id)
    log.append(stream, "said", {"text": "other"}, person=2, client_id=id)
    again = log.append(stream, "said", {"text": "twice"}, person=1, client_id=str(id))
    assert (first.was_there, again.was_there) == (False, True)
    assert again.seq == first.seq == 1
    assert again.event.content() == {"text": "once"}
    assert log.head(stream) == 2


def test_a_verb_can_ask_whether_it_was_done_already(stream):
    id = uuid4()
    assert log.already(stream, 1, id) is None
    log.append(stream, "said", {}, person=1, client_id=id)
    assert log.already(stream, 1, id).seq == 1
    assert log.already(stream, 2, id) is None
    assert log.already(stream, 1, None) is None


def test_nothing_happens_on_a_closed_stream(stream):
    assert log.close(stream, "ended", {}).event.closes
    with pytest.raises(log.StreamClosed):
        log.append(stream, "said", {})
    with pytest.raises(log.StreamClosed):
        log.hold(stream)
    assert kinds(stream) == [(1, "ended")]


def test_what_is_sealed_is_stored_sealed(stream):
    seal = open = lambda event: event.body[::-1]
    said = log.append(stream, "said", {"text": "between us"}, seal=seal)
    assert said.event.content() == {"text": "between us"}
    (event,) = log.read(stream)
    assert event.is_sealed and b"between us" not in event.body
    assert b"between us" not in event.full.payload and b'"seq":1' in event.full.payload
    (event,) = log.read(stream)
    event.unseal(open)
    assert event.content() == {"text": "between us"}


def test_when_it_was_is_read_as_it_was_told(stream):
    """A browser that catches up must not take the clinic's time for its own."""
    told = log.append(stream, "said", {}).event
    (read,) = log.read(stream)
    assert read.at == told.at and read.full.payload == told.full.payload


def test_a_sealed_body_can_be_forgotten_and_keeps_its_place(stream):
    log.append(stream, "joined", {"seat": 1})
    log.append(stream, "said", {"text": "x"}, seal=lambda event: event.body[::-1])
    assert log.forget_sealed(stream) == 1
    assert [bytes(event.body) for event in log.read(stream)] == [b'{"seat":1}', b""]


def test_who_it_is_for_and_whom_it_nudges_survive_the_table(stream):
    log.append(stream, "quiet", {}, audience=("facilitators", "person:7"), nudges=(9, 4))
    (event,) = log.read(stream)
    assert event.audience == {"facilitators", "person:7"} and event.nudges == {4, 9}
    assert event.is_for(frozenset({"person:7"})) and not event.is_for(frozenset({"person:8"}))


def test_reading_goes_by_pages(stream):
    for _ in range(5):
        log.append(stream, "e", {})
    assert [event.seq for event in log.read(stream, after=2, limit=2)] == [3, 4]
    assert log.read(stream, after=5) == []


def test_streams_are_held_in_one_order(stream):
    other = Stream.objects.create()
    assert [held.pk for held in log.hold(other, stream, other)] == sorted([stream.pk, other.pk])


@pytest.mark.django_db(transaction=True)
def test_writing_needs_a_transaction():
    stream = Stream.objects.create()
    with pytest.raises(TransactionManagementError):
        log.append(stream, "said", {})
    assert not StreamEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_still_make_one_order():
    stream = Stream.objects.create()
    errors = []

    def write(person):
        try:
            for number in range(8):
                with transaction.atomic():
                    log.append(stream, "said", {"n": number}, person=person, client_id=uuid4())
        except Exception as problem:
            errors.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(person,)) for person in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    events = log.read(stream)
    assert [event.seq for event in events] == list(range(1, 49))
    for person in range(6):
        assert [event.content()["n"] for event in events if event.person == person] == list(range(8))


@pytest.mark.django_db(transaction=True)
def test_the_same_command_sent_twice_at_once_acts_once():
    stream, id, answers = Stream.objects.create(), uuid4(), []

    def send():
        try:
            with transaction.atomic():
                resent = log.already(stream, 1, id)
                answers.append(resent or log.append(stream, "said", {}, person=1, client_id=id))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.seq for answer in answers] == [1, 1, 1, 1]
    assert sum(not answer.was_there for answer in answers) == 1
    assert log.head(stream) == 1

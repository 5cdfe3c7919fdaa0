"""The cast, and the ways in that most tests use."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone, translation
from hypothesis import settings

from accounts.models import User
from accounts.services import mark_second_factor
from audit.models import AuditEntry
from audit.words import ACTIONS
from groups.models import Membership, TherapyGroup
from sessions.models import GroupSession
from tests.cast import belonging, gather, name_someone_to_call, people, sign
from tests.cheaper import cheaper
from wire import threads

django_settings.EMBEDDED_WORKER = False  # no worker runs beside the tests: they take its turns themselves
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and django_settings.REDIS_URL:
    # Processes of one run share a Redis: each has a cache and a layer of its own in it.
    server = django_settings.REDIS_URL.rpartition("/")[0]
    django_settings.CACHES["default"]["LOCATION"] = f"{server}/{1 + int(worker.removeprefix('gw'))}"
    django_settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = worker

# The same hundred examples at every `make check`; a thousand others in `make test`.
settings.register_profile("check", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))


@pytest.fixture(autouse=True, scope="session")
def at_less_cost():
    with pytest.MonkeyPatch.context() as patch:
        cheaper(patch)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end nobody may hold the test database, or PostgreSQL will not drop it."""
    yield
    threads.close_pool()
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            connection.close_pool()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


def person(name: str, *roles: str) -> User:
    return people((name, *roles))[0]


def member(group: TherapyGroup, user: User, role: str) -> Membership:
    belongs = belonging(group, user, role)
    belongs.save()
    return belongs


@pytest.fixture(autouse=True, scope="session")
def keys_of_sessions(tmp_path_factory):
    """Halves of data keys go to a folder of the test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.EPHEMERAL_KEYS_URL", f"file://{tmp_path_factory.mktemp('keys')}")
        yield


@pytest.fixture(autouse=True, scope="session")
def every_act_has_words():
    """Whatever is recorded in any test must have words on the privacy officer's page."""

    def look(instance, **news):
        assert instance.action in ACTIONS, f"{instance.action}: add words to vioport/audit_words.py"

    post_save.connect(look, sender=AuditEntry)
    yield
    post_save.disconnect(look, sender=AuditEntry)


@pytest.fixture
def cast(db) -> SimpleNamespace:
    """Maya leads Tuesday with June and Omar in it. Theo is only in Thursday, which Sam leads."""
    return gather()


@pytest.fixture
def agreed():
    """`agreed(person, group)`: nothing is missing before that person takes a seat in that group."""

    def sign_and_name(person: User, group: TherapyGroup) -> None:
        sign((person, group))
        if person.has_role("patient"):
            name_someone_to_call(person)

    return sign_and_name


@pytest.fixture
def a_session(db):
    """`a_session(cast.tuesday, starts_at=…, minutes=50)` is a meeting; now, for an hour, unless told."""

    def make(group: TherapyGroup, starts_at=None, minutes: int = 60, **fields) -> GroupSession:
        starts_at = starts_at or timezone.now()
        plan = {
            "kind": group.kind,
            "time_zone": group.program.site.time_zone,
            "chat_policy": group.chat_policy,
        }
        return GroupSession.objects.create(
            group=group,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            **plan | fields,
        )

    return make


# What a browser says of itself when a person opens a page.
BY_A_PERSON = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}


@pytest.fixture
def signed_in(db):
    """`signed_in(cast.june)` is a browser in which June has signed in, second factor included.

    `signed_in(cast.maya, second_factor=False)` stands where Maya has only shown her mailbox.
    """

    def sign_in(user: User, *, second_factor: bool = True) -> Client:
        client = Client(headers=BY_A_PERSON)
        client.force_login(user)
        if second_factor:
            session = client.session
            mark_second_factor(SimpleNamespace(session=session, user=user))
            session.save()
        return client

    return sign_in


@pytest.fixture(autouse=True)
def nobody_tried_before():
    """Rate limits are counted in the cache, and begin at nothing in each test."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_english():
    """A page read in Spanish leaves Spanish behind in its thread; the next test begins in English."""
    with translation.override("en"):
        yield

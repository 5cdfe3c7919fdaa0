"""Runs inside Django's shell: one group of ten with its leader, everything signed, everyone signed in.

Prints a line of JSON: where to connect, and with which cookie as whom.
"""

import json
from datetime import timedelta
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import mark_second_factor
from care.models import AgreementKind
from care.services.agreements import agree
from care.services.contacts import add_contact
from care.texts import text_of
from groups.models import Assignment, Membership, Program, Site, TherapyGroup
from sessions.models import GroupSession

TEN = ("Ana", "Ben", "Cleo", "Dov", "Eva", "Finn", "Gus", "Hal", "Ivy", "Jo")


def enter(name, role, group, seat):
    person = User.objects.create_user(f"{name.lower()}@example.org", name=name, peer_name=name)
    Role.objects.create(person=person, role=role)
    since = timezone.localdate() - timedelta(days=2)
    Membership.objects.create(group=group, person=person, role=seat, shown_as=name, from_on=since)
    return person


def sign(person, group):
    agree(person, text_of(AgreementKind.TELEHEALTH, None, "en"), typed_name=person.name)
    confidentiality = text_of(AgreementKind.GROUP_CONFIDENTIALITY, group, "en")
    agree(person, confidentiality, typed_name=person.name, group=group)
    add_contact(person, name="Kim", relation="friend", phone="978-555-0100")


def cookie(person):
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    mark_second_factor(SimpleNamespace(session=session, user=person))
    session.save()
    return session.session_key


program = Program.objects.create(site=Site.objects.create(name="Here"), name="Evening")
group = TherapyGroup.objects.create(program=program, name="Evening", maximum_size=12)
leader = enter("Maya", "facilitator", group, "facilitator")
Assignment.objects.create(program=program, person=leader, role="facilitator")
members = [enter(name, "patient", group, "patient") for name in TEN]
for member in members:
    sign(member, group)
now = timezone.now()
meeting = GroupSession.objects.create(
    group=group, kind="group", starts_at=now, ends_at=now + timedelta(hours=3), time_zone="UTC"
)
people = {person.name: cookie(person) for person in [leader, *members]}
print(json.dumps({"path": f"/ws/sessions/{meeting.code}/", "leader": "Maya", "people": people}))

"""Who knocks at the doors of tests/doors.csv, and what stands behind them: Tuesday's things.

`<uuid:code>` and the like in an address are filled from BEHIND, by the longest beginning that fits.
"""

from collections.abc import Callable
from datetime import time, timedelta
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from accounts.models import Role, SecondFactorReset
from groups.models import Assignment, Program, Track
from groups.services.offers import invite_to
from sessions.models import Admission, AdmissionState, Attendance, Report, Series
from tests.conftest import member, person

CANARY = "canary-7f3a"  # a word of Tuesday's that nobody outside may read


def furnish(cast: SimpleNamespace, a_session: Callable) -> dict[str, dict[str, object]]:
    """Make one of everything in Tuesday's group; return what fills the addresses that begin so."""
    _name_everything(cast)
    now = timezone.now()
    past = a_session(cast.tuesday, starts_at=now - timedelta(days=1), title=CANARY)
    past.opened_at, past.ended_at = past.starts_at, past.ends_at
    past.save()
    coming = a_session(cast.tuesday, starts_at=now - timedelta(minutes=5), title=CANARY)
    later = a_session(cast.tuesday, starts_at=now + timedelta(days=1), title=CANARY)
    series = Series.objects.create(
        group=cast.tuesday,
        title=CANARY,
        weekdays="1",
        starts_at=time(18),
        time_zone="America/New_York",
        from_on=now.date(),
    )
    track = Track.objects.create(program=cast.program, name=CANARY)
    june = _seat(past, cast.june, "patient", by=cast.maya)
    _seat(past, cast.maya, "facilitator", by=cast.maya)
    report = Report.objects.create(group_session=past, by=cast.june, about=None, words=CANARY)
    return {
        "/": {"code": coming.code, "pk": 1, "key": "june", "seat": june.seat, "token": "wrong"},
        "/sessions/<uuid:code>/record": {"code": past.code, "seat": june.seat},
        "/sessions/<uuid:code>/report": {"code": past.code},
        "/reports/": {"code": report.code},
        "/groups/": {"code": cast.tuesday.code},
        "/groups/<uuid:code>/members/": {"code": cast.tuesday.code, "person": cast.june.code},
        "/programs/": {"code": cast.program.code, "person": cast.maya.code, "role": "facilitator"},
        "/sites/": {"code": cast.site.code},
        "/tracks/": {"code": track.code},
        "/series/": {"code": series.code},
        "/sessions/<uuid:code>/move": {"code": later.code},
        "/sessions/<uuid:code>/cancel": {"code": later.code},
        "/sessions/<uuid:code>/restore": {"code": later.code},
        "/people/": {
            "code": cast.june.code,
            "role": "patient",
            "program": cast.program.code,
            "relative": cast.rosa.code,
        },
        "/back-office/": {"object_id": cast.june.pk},
        "/people/resets/": {"code": _lost_phone(cast).person.code},
        "/people/offers/": {"code": _offer(cast).code},
        "/my-care/agree/": {"kind": "telehealth"},
        "/my-care/agree/<slug:kind>/<uuid:group>/": {"kind": "confidentiality", "group": cast.tuesday.code},
        "/my-care/agreed/": {"code": cast.june.agreements.filter(kind="telehealth").get().code},
        "/my-care/contacts/": {"code": _contact(cast).code},
    }


def _contact(cast: SimpleNamespace):
    contact = cast.june.emergency_contacts.get()
    contact.name = CANARY
    contact.save()
    return contact


def _lost_phone(cast) -> SecondFactorReset:
    """Maya lost her phone, and someone asked that she may set up another one."""
    tomorrow = timezone.now() + timedelta(days=1)
    return SecondFactorReset.objects.create(
        person=cast.maya, reason=CANARY, asked_by=cast.cole, expires_at=tomorrow
    )


def _offer(cast):
    """Someone of another program was asked to come into Tuesday's."""
    return invite_to(cast.program, by=cast.ines, email=person("Lena", "patient").email, role="patient")


def _name_everything(cast: SimpleNamespace) -> None:
    cast.tuesday.name = f"Tuesday {CANARY}"
    cast.tuesday.agreement_text = CANARY
    cast.tuesday.save()
    cast.omar.name = f"Omar {CANARY}"
    cast.omar.save()


def _seat(group_session, who, role: str, by) -> Attendance:
    attendance = Attendance.objects.create(
        group_session=group_session, person=who, shown_as=who.peer_name, role=role, stays=[[1, 9]]
    )
    Admission.objects.create(
        attendance=attendance, state=AdmissionState.LEFT, decided_by=by, decided_at=group_session.starts_at
    )
    return attendance


def _coordinator_elsewhere(cast: SimpleNamespace):
    bo = person("Bo", "coordinator")
    elsewhere = Program.objects.create(site=cast.site, name="Another program")
    Assignment.objects.create(program=elsewhere, person=bo, role="coordinator")
    return bo


def _left_the_group(cast: SimpleNamespace):
    membership = cast.tuesday.memberships.get(person=cast.omar)
    membership.ended_at = timezone.now() - timedelta(hours=1)
    membership.save()
    return cast.omar


def _another_member(cast: SimpleNamespace):
    """Nell belongs to Tuesday as June does: what is June's own is not hers."""
    nell = person("Nell", "patient")
    member(cast.tuesday, nell, "patient")
    return nell


def _clinician(cast: SimpleNamespace):
    noor = person("Noor", "clinician")
    Assignment.objects.create(program=cast.program, person=noor, role="clinician")
    return noor


def _role_ended(cast: SimpleNamespace):
    """Ines, who coordinated until a minute ago."""
    Role.objects.filter(person=cast.ines).update(ended_at=timezone.now() - timedelta(minutes=1))
    return cast.ines


def _no_longer_a_facilitator(cast: SimpleNamespace):
    """Finn co-led the group. He is a facilitator no more, and nobody has ended his seat."""
    finn = person("Finn", "facilitator")
    member(cast.tuesday, finn, "co_facilitator")
    Role.objects.filter(person=finn).update(ended_at=timezone.now() - timedelta(minutes=1))
    finn.forget_roles()
    return finn


def visitors(cast: SimpleNamespace, signed_in: Callable) -> dict[str, Callable[[], Client]]:
    """Everyone who knocks: the head of a column, and how they come. What they change is taken back after."""

    def deactivated() -> Client:
        browser = signed_in(cast.june)
        cast.june.is_active = False
        cast.june.save()
        return browser

    return {
        "not signed in": Client,
        "patient of the group": lambda: signed_in(cast.june),
        "another patient of the group": lambda: signed_in(_another_member(cast)),
        "patient of another group": lambda: signed_in(cast.theo),
        "patient who left the group": lambda: signed_in(_left_the_group(cast)),
        "relative": lambda: signed_in(cast.rosa),
        "facilitator of the group": lambda: signed_in(cast.maya),
        "facilitator of another group": lambda: signed_in(cast.sam),
        "former facilitator": lambda: signed_in(_no_longer_a_facilitator(cast)),
        "clinician": lambda: signed_in(_clinician(cast)),
        "prescriber": lambda: signed_in(cast.cole),
        "coordinator": lambda: signed_in(cast.ines),
        "coordinator elsewhere": lambda: signed_in(_coordinator_elsewhere(cast)),
        "former coordinator": lambda: signed_in(_role_ended(cast)),
        "privacy officer": lambda: signed_in(cast.ada),
        "staff without second factor": lambda: signed_in(cast.maya, second_factor=False),
        "deactivated": deactivated,
    }

"""The demo's program: its groups, who belongs to them, and what had to be agreed to before."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from accounts.models import RoleName, User
from groups.models import (
    Assignment,
    ChatPolicy,
    Enrolment,
    GroupKind,
    Membership,
    MembershipRole,
    Program,
    Relation,
    Site,
    TherapyGroup,
    Track,
)
from sessions.models import Series

DAYS_BACK = 28
TUESDAY_PATIENTS = ("june", "omar", "lena", "priya", "kai", "ruth", "dan", "ezra")
THURSDAY_PATIENTS = ("theo", "tom", "hana")
PATIENTS = TUESDAY_PATIENTS + THURSDAY_PATIENTS


@dataclass(frozen=True)
class GroupPlan:
    """A group, who is in it, and when it meets in local time ("" for no fixed days)."""

    key: str
    name: str
    kind: str
    leads: tuple[str, ...]
    patients: tuple[str, ...]
    weekdays: str = ""
    at: time = time(18)
    minutes: int = 90
    others: dict[str, str] = field(default_factory=dict)
    chat: str = ChatPolicy.EVERYONE


GROUPS = (
    GroupPlan("tuesday", "Tuesday evening", GroupKind.GROUP, ("maya", "sam"), TUESDAY_PATIENTS, "0,1,3"),
    GroupPlan(
        "thursday", "Thursday evening", GroupKind.GROUP, ("sam",), THURSDAY_PATIENTS, "2,3", time(17, 30)
    ),
    GroupPlan(
        "skills",
        "Sleep and stress",
        GroupKind.PSYCHOEDUCATION,
        ("maya",),
        ("june", "omar", "lena", "priya", "kai"),
        "4",
        time(16),
        60,
        chat=ChatPolicy.FACILITATORS,
    ),
    GroupPlan(
        "family",
        "June and family",
        GroupKind.FAMILY,
        ("maya",),
        ("june",),
        minutes=50,
        others={"rosa": MembershipRole.RELATIVE},
    ),
    GroupPlan("medication", "June and Dr. Cole", GroupKind.MEDICATION, ("cole",), ("june",), minutes=20),
    GroupPlan("individual", "Omar and Maya", GroupKind.INDIVIDUAL, ("maya",), ("omar",), "2", time(15), 50),
    GroupPlan(
        "team",
        "Team",
        GroupKind.MEETING,
        ("ines",),
        (),
        "0",
        time(9),
        30,
        others=dict.fromkeys(("maya", "sam", "cole"), MembershipRole.STAFF),
    ),
)

AGREEMENT = (
    "What is said in group stays in group. I join from a place where nobody else can see or hear. "
    "I do not record, and I tell my facilitator if somebody comes in."
)


def open_the_clinic(people: dict[str, User], today: date, time_zone: str) -> dict[str, TherapyGroup]:
    """Make sure that the program stands and everyone has their place; return its groups by key."""
    site, _ = Site.objects.get_or_create(
        name="Riverside", defaults={"time_zone": time_zone, "phone": "978-555-0100"}
    )
    program, _ = Program.objects.get_or_create(
        site=site, name="Evening program", defaults={"phone": "978-555-0177"}
    )
    Track.objects.get_or_create(program=program, name="General")
    since = today - timedelta(days=DAYS_BACK)
    _assign_staff(program, people)
    for key in PATIENTS:
        Enrolment.objects.get_or_create(
            program=program, patient=people[key], ended_at=None, defaults={"from_on": since}
        )
    Relation.objects.get_or_create(
        patient=people["june"], relative=people["rosa"], ended_at=None, defaults={"relation": "mother"}
    )
    return {plan.key: _gather(plan, program, people, since) for plan in GROUPS}


def _assign_staff(program: Program, people: dict[str, User]) -> None:
    for key, role in (
        ("maya", RoleName.FACILITATOR),
        ("maya", RoleName.CLINICIAN),
        ("sam", RoleName.FACILITATOR),
        ("cole", RoleName.PRESCRIBER),
        ("ines", RoleName.COORDINATOR),
        ("bea", RoleName.COORDINATOR),
        ("ada", RoleName.PRIVACY_OFFICER),
    ):
        Assignment.objects.get_or_create(program=program, person=people[key], role=role, ended_at=None)


def _gather(plan: GroupPlan, program: Program, people: dict[str, User], since: date) -> TherapyGroup:
    group, _ = TherapyGroup.objects.get_or_create(
        program=program,
        name=plan.name,
        defaults={
            "kind": plan.kind,
            "minimum_size": min(2, len(plan.patients)),
            "maximum_size": max(12 if plan.kind == GroupKind.GROUP else 1, len(plan.patients)),
            "chat_policy": plan.chat,
            "agreement_text": AGREEMENT if plan.kind == GroupKind.GROUP else "",
        },
    )
    for key, role in _roles(plan).items():
        Membership.objects.get_or_create(
            group=group,
            person=people[key],
            ended_at=None,
            defaults={"role": role, "shown_as": people[key].peer_name, "from_on": since},
        )
    if plan.weekdays:
        Series.objects.get_or_create(
            group=group,
            defaults={
                "weekdays": plan.weekdays,
                "starts_at": plan.at,
                "minutes": plan.minutes,
                "time_zone": program.site.time_zone,
                "from_on": since,
            },
        )
    return group


def _roles(plan: GroupPlan) -> dict[str, str]:
    first, *rest = plan.leads
    return (
        {first: MembershipRole.FACILITATOR}
        | dict.fromkeys(rest, MembershipRole.CO_FACILITATOR)
        | dict.fromkeys(plan.patients, MembershipRole.PATIENT)
        | plan.others
    )

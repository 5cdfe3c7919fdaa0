"""Open calls, on whatever page the people are who should answer: leaders of the group, and coordinators."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleName, User
from audit.services import record_read
from care.models import patients_of
from groups.models import LEADING_ROLES, Assignment, Membership
from sessions import access
from sessions.models import Attendance, GroupSession, QuietHand, QuietHandKind
from sessions.services import calls
from sessions.services.states import title_of
from wire import news

# A call that nobody closed leaves the desks after a day; by then it is a matter for the record.
KEPT_FOR = timedelta(hours=24)
FOR_COORDINATORS = Q(kind=QuietHandKind.SOMEONE_NOW) | Q(reached_coordinators_at__isnull=False)


def ring(group_session: GroupSession) -> None:
    """After the commit, have the desks of everyone concerned look again."""
    for person in _concerned(group_session):
        news.nudge(person)


def _concerned(group_session: GroupSession) -> set[int]:
    leaders = group_session.group.memberships.current().filter(role__in=LEADING_ROLES)
    coordinators = Assignment.objects.current().filter(
        program=group_session.group.program_id, role=RoleName.COORDINATOR
    )
    return {*leaders.values_list("person", flat=True), *coordinators.values_list("person", flat=True)}


def visible_to(person: User) -> QuerySet[QuietHand]:
    """The open calls that `person` should answer. Lists and checks share this rule."""
    led, coordinated = _led(person), _coordinated(person)
    program = "attendance__group_session__group__program"
    mine = Q(attendance__group_session__group__in=led) | (
        FOR_COORDINATORS & Q(**{f"{program}__in": coordinated})
    )
    recent = Q(raised_at__gte=timezone.now() - KEPT_FOR)
    return calls.open_calls().filter(recent & mine).select_related("attendance__group_session__group")


def _led(person: User):
    return Membership.objects.held_by(person).filter(role__in=LEADING_ROLES).values("group")


def _coordinated(person: User):
    return Assignment.objects.held_by(person, {RoleName.COORDINATOR}).values("program")


def read_desk(person: User) -> dict:
    """What a desk shows. Names and numbers of patients: for staff, and written down that they read them."""
    for call in visible_to(person):
        record_read(person, call, "call", about=call.attendance.person)
    return calls_on_desk(person)


def calls_on_desk(person: User) -> dict:
    return {"calls": [_on_desk(call, person) for call in visible_to(person).order_by("raised_at")]}


def _on_desk(call: QuietHand, person: User) -> dict:
    seat, group_session = call.attendance, call.attendance.group_session
    arrival = getattr(seat, "arrival", None)
    return calls.call_shape(call, group_session) | {
        "name": seat.person.name,
        "where": "waiting" if call.kind == QuietHandKind.SOMEONE_NOW else "room",
        "title": title_of(group_session),
        "room_url": _way_in(group_session, person),
        "contacts_url": _whom_to_call(seat, person),
        "place": arrival.place if arrival else None,
    }


def _way_in(group_session: GroupSession, person: User) -> str | None:
    """The room, for those who may enter it now: most coordinators have no seat there."""
    try:
        access.session_for(person, group_session.code)
    except access.NotYourRoom:
        return None
    return reverse("sessions:room", args=[group_session.code])


def _whom_to_call(seat: Attendance, person: User) -> str | None:
    """Whom the team may call for a patient, for those who may read that."""
    is_theirs = patients_of(person).filter(pk=seat.person_id).exists()
    return reverse("contacts_of", args=[seat.person.code]) if is_theirs else None


def is_needed_by(person: User) -> bool:
    """Whether `person` is someone whom calls can reach."""
    return _led(person).exists() or _coordinated(person).exists()

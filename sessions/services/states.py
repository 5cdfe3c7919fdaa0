"""What a browser is given when it comes: the room, if it is in; its person's own admission, if it waits."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from care.models import EmergencyContact
from groups.models import LEADING_ROLES
from groups.seat_checks import missing_for
from sessions import broadcasts, media
from sessions.models import Arrival, Attendance, GroupSession, Visit
from sessions.protocol import COMMANDS, By, label_of, plain
from sessions.protocol.events import ChatSaid
from sessions.services import calls, cards, keeping, people
from sessions.services.turns import seats_of
from vault.sealing import Unreadable
from wire import log
from wire.events import EVERYONE, Event

# --- In the room --------------------------------------------------------------------


def room_state(seat: Attendance, visit: Visit, now: datetime) -> dict:
    """Everything that this seat may know of the room, as of the head of its log."""
    group_session = seat.group_session
    here = people.in_room(group_session)
    state = {
        "session": _session(group_session),
        "me": seat.seat,
        "may": may(seat),
        "people": here.people(),
        "hands": [each.seat for each in here.hands],
        "chat": chat_for(seat),
        "quiet": calls.own_open(seat),
        "media": media.grant(seat, visit.connection, now),
        "server_time": now,
    }
    return plain(state | (_for_leaders(group_session, now) if seat.leads else {}))


def may(seat: Attendance) -> list[str]:
    """The commands that are this seat's to give. Whether one can be done now, the room says when asked."""
    allowed = {By.ANYONE, By.IN} | ({By.FACILITATOR} if seat.leads else set())
    if seat.is_member:
        allowed.add(By.PATIENT)
    return [kind for kind, command in COMMANDS.items() if command.BY in allowed]


def _session(group_session: GroupSession) -> dict:
    told = ("kind", "starts_at", "ends_at", "opened_at", "is_locked", "is_paused", "is_held")
    return {name: getattr(group_session, name) for name in told} | {
        "title": title_of(group_session),
        "chat_policy": group_session.chat_policy,
        "keeps_chat": keeping.is_kept(group_session),
        "led_by": led_by(group_session),
        "phone": group_session.group.program.phone,
    }


def title_of(group_session: GroupSession) -> str:
    return group_session.title or group_session.group.name


def _for_leaders(group_session: GroupSession, now: datetime) -> dict:
    about = cards.around(group_session, now)
    seats = list(seats_of(group_session).select_related("arrival").order_by("pk"))
    knocked = [seat for seat in seats if hasattr(seat, "admission") and not seat.leads]
    knocked.sort(key=lambda seat: (seat.admission.arrived_at, seat.pk))
    return {
        "door": [cards.door_card(seat, about) for seat in knocked],
        "roster": cards.rows(seats, about),
        "calls": calls.open_in(group_session),
    }


def chat_for(seat: Attendance) -> list[dict]:
    """What was written while this seat was in the room, as far as it was for its eyes. Leaders see all."""
    said = [event for event in log.of_kind(seat.group_session.log, ChatSaid.KIND) if _may_read(seat, event)]
    for event in said:
        with suppress(Unreadable):
            event.unseal(partial(broadcasts.unseal, seat.group_session))
    return [{"seq": event.seq, "at": event.at, **event.content()} for event in said if not event.is_sealed]


def _may_read(seat: Attendance, event: Event) -> bool:
    if seat.leads:
        return True
    was_in = any(first <= event.seq and (last is None or event.seq <= last) for first, last in seat.stays)
    return was_in and event.is_for(frozenset({EVERYONE, label_of(seat.seat)}))


# --- At the door --------------------------------------------------------------------


def waiting_state(seat: Attendance, now: datetime) -> dict:
    """What someone who is not in may know: about themselves, and whether a leader is here."""
    group_session, admission = seat.group_session, getattr(seat, "admission", None)
    led_here = [leader.shown_as for leader in people.leaders_here(group_session)]
    state = {
        "state": door_state(seat),
        "message": admission.message if admission else "",
        "decided_by": _decider(seat),
        "arrived_at": admission.arrived_at if admission else None,
        "led_by": led_by(group_session),
        "led_here": led_here,
        "leader_is_here": bool(led_here),
        "starts_at": group_session.starts_at,
        "ends_at": group_session.ends_at,
        "missing": [{"words": str(each.words), "link": each.link} for each in missing(seat)],
        "arrival": last_arrival(seat),
        "call": calls.own_open(seat),
        "phone": group_session.group.program.phone,
        "contact": _contact(seat),
        "server_time": now,
    }
    return plain(state)


def door_state(seat: Attendance) -> str:
    """Where someone who is not in stands, in one word."""
    group_session, admission = seat.group_session, getattr(seat, "admission", None)
    if not group_session.door_is_open(seat.leads):
        return "not_open"
    if admission is None or (admission.state == "left" and group_session.is_locked):
        return "locked" if group_session.is_locked else "not_arrived"
    if admission.state == "waiting" and not hasattr(seat, "arrival"):
        return "not_arrived"
    return "waiting" if admission.state == "admitted" else admission.state


def missing(seat: Attendance) -> list:
    """What this person must still sign before a seat is theirs."""
    return [] if seat.leads else missing_for(seat.person, seat.group_session.group)


def led_by(group_session: GroupSession) -> list[str]:
    leaders = group_session.group.memberships.current().filter(role__in=LEADING_ROLES)
    return list(leaders.order_by("-role", "pk").values_list("shown_as", flat=True))


def _contact(seat: Attendance) -> str | None:
    """The first name of whom we may call for this person."""
    mine = EmergencyContact.objects.filter(patient=seat.person_id, withdrawn_at=None)
    contact = mine.exclude(may_call_since=None).order_by("-added_at").first()
    return contact.name.split()[0] if contact and contact.name.strip() else None


def _decider(seat: Attendance) -> str | None:
    admission = getattr(seat, "admission", None)
    if admission is None or admission.decided_by_id is None:
        return None
    return calls.name_in(seat.group_session, admission.decided_by)


def last_arrival(seat: Attendance) -> dict | None:
    """The person's own last answers, to begin the next ones with. Never the mood."""
    arrival = getattr(seat, "arrival", None) or (
        Arrival.objects.filter(attendance__person=seat.person_id).order_by("-at").first()
    )
    if arrival is None:
        return None
    told = ("place", "call_back", "is_alone", "has_headphones", "may_call_contact")
    mood = arrival.mood if arrival.attendance_id == seat.pk else None
    return {name: getattr(arrival, name) for name in told} | {"mood": mood}

"""What we do when a room downstairs has news. Connected in SessionsConfig.ready().

Those downstairs speak inside the transaction of their change: what is appended here stands or falls with it.
"""

from functools import partial

from accounts import signals as accounts_signals
from care import signals as care_signals
from groups import signals as groups_signals
from groups.seat_checks import missing_for
from sessions import access, broadcasts
from sessions.models import Attendance, Presence
from sessions.services import arriving, ends, keeping, series
from sessions.services.admission import admission_of
from sessions.services.turns import RoomTurn, Turn, in_each
from wire import news


def connect() -> None:
    groups_signals.group_ended.connect(end_the_schedule)
    groups_signals.group_ended.connect(end_open_rooms)
    groups_signals.membership_ended.connect(show_out_who_left)
    groups_signals.membership_ended.connect(ask_desks_of_member)
    groups_signals.assignment_ended.connect(ask_desks_of_staff)
    groups_signals.membership_changed.connect(ask_who_changed)
    accounts_signals.access_ending.connect(ask_whose_access_ends)
    accounts_signals.left_quickly.connect(note_quick_exit)
    care_signals.agreement_withdrawn.connect(look_at_what_is_signed)


def end_the_schedule(group, by, **_news) -> None:
    """A group that ended meets no more."""
    series.end_all_of(group, by=by)


def end_open_rooms(group, **_news) -> None:
    in_each(ends.live(group.group_sessions.all()), ends.end_room)


def show_out_who_left(membership, **_news) -> None:
    """Who belongs to a group no more hears nothing more of its room, from this very commit on."""
    news.nudge(membership.person_id)
    show_out = partial(ends.show_out, why="membership_ended")
    ends.in_live_seats(membership.person_id, show_out, group=membership.group_id)


def ask_desks_of_member(membership, **_news) -> None:
    """Who leads a group no more has no desk for it."""
    news.nudge(membership.person_id)


def ask_desks_of_staff(assignment, **_news) -> None:
    """Who works in a program no more has no desk for it."""
    news.nudge(assignment.person_id)


def ask_who_changed(membership, **_news) -> None:
    """Another role is another seat: out of the room, and in again as what they are now."""

    def change(turn: RoomTurn, seat: Attendance) -> None:
        if seat.role != membership.role:
            ends.change_role(turn, seat, membership)

    ends.in_live_seats(membership.person_id, change, group=membership.group_id)


def ask_whose_access_ends(person, why, **_news) -> None:
    """A login, a role, work or a stay ends: each socket of the person's must show that it still stands."""
    news.nudge(person.pk)  # those at a desk; who stands in a room is told by its log
    ends.in_live_seats(person.pk, partial(_ask_or_show_out, why=why))


def _ask_or_show_out(turn: RoomTurn, seat: Attendance, why: str) -> None:
    try:
        access.membership_in(seat.person_id, turn.group_session)
    except access.NotYourRoom:
        ends.show_out(turn, seat, why)
    else:
        broadcasts.ask_again(turn, [seat.person_id])


def note_quick_exit(person, **_news) -> None:
    """The facilitators see that someone left quickly, and the number to call them back."""
    ends.in_live_seats(person.pk, _left_quickly)


def _left_quickly(turn: Turn, seat: Attendance) -> None:
    if admission_of(seat):
        arriving.leave(turn.taken_by(seat), quickly=True)


def look_at_what_is_signed(person, **_news) -> None:
    """An agreement was withdrawn. Without what a seat takes, one waits at the door."""
    ends.in_live_seats(person.pk, _in_only_if_signed)


def _in_only_if_signed(turn: RoomTurn, seat: Attendance) -> None:
    if seat.stays:
        keeping.look_at_agreement(turn, seat)
    if seat.presence != Presence.OUT and missing_for(seat.person, turn.group_session.group):
        ends.put_at_the_door(turn, seat)
    else:
        broadcasts.ask_again(turn, [seat.person_id])

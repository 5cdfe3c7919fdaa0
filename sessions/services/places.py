"""Places for sound and picture. The transport has only so many; who comes later is seated without."""

from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q

from sessions import broadcasts, media
from sessions.models import Attendance, Presence, Visit, VisitMode
from sessions.protocol.events import MediaSeated
from sessions.services.turns import RoomTurn, seats_of

KEPT_FOR_THE_LOST = timedelta(minutes=1)
BY_BROWSER = Q(closed_at=None) & ~Q(mode=VisitMode.TELEPHONE)
HAS_LINE = Exists(Visit.objects.filter(BY_BROWSER, attendance=OuterRef("pk")))
WITHOUT = Q(HAS_LINE, has_media=False, is_simulated=False, presence=Presence.IN)


def give_place(turn: RoomTurn, seat: Attendance) -> None:
    """Decide whether a seat that is about to be taken has media. Who leads always does."""
    taken = _with_place(turn).exclude(pk=seat.pk)
    is_full = taken.count() >= media.places(turn.group_session)
    if is_full:
        is_full = not (_give_up_unused(turn, taken) or (seat.leads and _give_up_one(turn, taken)))
    _set(seat, not is_full and not seat.is_simulated)


def claim(turn: RoomTurn, seat: Attendance) -> None:
    """Someone who was without a place is here with a browser: they get one, if one is free."""
    if not seat.has_media:
        give_place(turn, seat)
        if seat.has_media:
            _tell(turn, seat)


def go_without(seat: Attendance) -> None:
    _set(seat, False)


def free_place(turn: RoomTurn) -> None:
    """Someone has gone for good: the first of those without a place gets it."""
    if _with_place(turn).count() >= media.places(turn.group_session):
        return
    without = _in_room(turn).filter(WITHOUT)
    if next_one := without.order_by("pk").first():
        _set(next_one, True)
        _tell(turn, next_one)


def pass_on(turn: RoomTurn) -> None:
    """Someone here is without a place while others, lost for long, keep theirs: they make room."""
    if _in_room(turn).filter(WITHOUT).exists() and _give_up_unused(turn, _with_place(turn)):
        free_place(turn)


def _give_up_unused(turn: RoomTurn, taken) -> bool:
    """Whoever has been lost longest makes room, and claims a place again when they are back."""
    lost = taken.filter(presence=Presence.LOST).annotate(heard_at=Max("visits__last_heard_at"))
    unused = lost.filter(heard_at__lt=turn.now - KEPT_FOR_THE_LOST).order_by("heard_at").first()
    return _give_up(turn, unused) if unused else False


def _give_up_one(turn: RoomTurn, taken) -> bool:
    """The member who came last makes room for someone who leads."""
    members = [seat for seat in taken if not seat.leads]
    return _give_up(turn, max(members, key=lambda seat: seat.stays[-1][0])) if members else False


def _give_up(turn: RoomTurn, seat: Attendance) -> bool:
    _set(seat, False)
    media.revoke(seat)
    _tell(turn, seat)
    return True


def _tell(turn: RoomTurn, seat: Attendance) -> None:
    """Everyone hears of it; the person's own socket asks again, and has a grant to give or to forget."""
    broadcasts.tell(turn, MediaSeated(seat.seat, seat.has_media), nudges=[seat.person_id])


def _set(seat: Attendance, has_media: bool) -> None:
    seat.has_media = has_media
    seat.save(update_fields=["has_media"])


def _in_room(turn: RoomTurn):
    return seats_of(turn.group_session).exclude(presence=Presence.OUT)


def _with_place(turn: RoomTurn):
    return _in_room(turn).filter(has_media=True, is_simulated=False)

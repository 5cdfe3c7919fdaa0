"""The page of a meeting: one page for the door, the waiting room and the room. Its socket asks again."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from care.models import EmergencyContact
from groups.help import crisis_card
from sessions import access
from sessions.models import Presence, SeatRole
from sessions.services import states


@require_safe
@gzip_page  # no secret and nothing of anyone else stands in it
@never_cache
@login_required
def room(request: HttpRequest, code) -> HttpResponse:
    """The way in. It tells nothing about the room: that comes by the socket, to those who are let in."""
    try:
        place = access.place_for(request.user.pk, code)
    except access.NotYourRoom:
        raise Http404 from None
    return render(request, "sessions/room.html", _page(place) | _ways_out(place))


def _page(place: access.Place) -> dict:
    group_session, leads = place.group_session, place.membership.leads
    is_member = place.membership.role in (SeatRole.PATIENT, SeatRole.RELATIVE)
    address = [group_session.code]
    return {
        "group_session": group_session,
        "title": states.title_of(group_session),
        "leads": leads,
        "socket_path": f"/ws/sessions/{group_session.code}/",
        "led_by": states.led_by(group_session),
        "phone": group_session.group.program.phone,
        "relay_only": settings.RELAY_ONLY,
        "starts_at": group_session.starts_at,
        "ends_at": group_session.ends_at,
        "report_url": reverse("sessions:report", args=address) if is_member else "",
        "record_url": reverse("sessions:record", args=address) if leads else "",
    }


def _ways_out(place: access.Place) -> dict:
    """Whom a patient or relative can call without any line to us: 988, the programs, and one's own person."""
    if place.membership.leads:
        return {}
    person = place.membership.person
    contact = EmergencyContact.objects.current().filter(patient=person).order_by("-added_at").first()
    return crisis_card(person) | {"contact": contact}


def is_seated_now(request: HttpRequest) -> bool:
    """For accounts: whoever sits in a live room may reload its page, however long nobody touched it."""
    match = request.resolver_match
    if match is None or match.view_name != "sessions:room":
        return False
    seats = request.user.attendances.exclude(presence=Presence.OUT)
    return seats.filter(group_session__code=match.kwargs["code"], group_session__ended_at=None).exists()

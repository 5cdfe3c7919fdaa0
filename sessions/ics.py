"""Meetings as a calendar file. It says when, and nothing else: not what, not with whom, not where."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from sessions.models import GroupSession


def calendar_of(sessions: list[GroupSession]) -> bytes:
    """The bytes of an iCalendar file with `sessions` in it, and the time zones they need."""
    calendar = Calendar()
    calendar.add("prodid", "-//vioport//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Appointments"))
    calendar.add("refresh-interval;value=duration", "PT1H")
    for session in sessions:
        calendar.add_component(event_of(session))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def event_of(session: GroupSession) -> Event:
    """One meeting, under an identity that stays when it moves."""
    event = Event()
    event.add("uid", str(session.code))
    event.add("summary", _("Appointment"))
    event.add("dtstart", in_zone(session.starts_at, session.time_zone))
    event.add("dtend", in_zone(session.ends_at, session.time_zone))
    event.add("dtstamp", timezone.now())
    event.add("sequence", session.revision)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    return event


def in_zone(moment: datetime, zone: str) -> datetime:
    return timezone.localtime(moment, ZoneInfo(zone))

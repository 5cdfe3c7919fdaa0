"""Series: a weekly pattern begun, changed from a day on, ended; and the meetings that it gives."""

from dataclasses import asdict, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from groups.dates import today_at
from groups.models import TherapyGroup
from sessions.models import Apology, Attendance, GroupSession, Series
from sessions.pattern import Pattern, weekdays_as_text, weekdays_from
from sessions.services.schedule import TooLate, new_session, tell_members

AHEAD = timedelta(weeks=12)


def pattern_of(series: Series) -> Pattern:
    """The weekly pattern that `series` keeps."""
    return Pattern(
        weekdays=weekdays_from(series.weekdays),
        starts_at=series.starts_at,
        minutes=series.minutes,
        time_zone=series.time_zone,
        from_on=series.from_on,
        until_on=series.until_on,
        every_weeks=series.every_weeks,
    )


@transaction.atomic
def start_series(group: TherapyGroup, pattern: Pattern, *, by, title: str = "") -> Series:
    """Let `group` meet by `pattern`, and plan the next weeks of it."""
    series = Series.objects.create(group=group, title=title, **_as_columns(pattern))
    materialise(series)
    record("series.started", by, series, group=str(group.code))
    tell_members(group, f"series:{series.code}", by)
    return series


@transaction.atomic
def change_series(series: Series, pattern: Pattern, *, by, title: str = "") -> Series:
    """Let another pattern take over from its first day on. Returns the series that goes on from there.

    What was moved or cancelled stays as it was decided; what is open or past is not touched.
    """
    series = _hold(series)
    if pattern.from_on < today_at(series.group.program.site):
        raise TooLate({"from_on": _("That day has passed. Choose today or a later day.")})
    pattern = _after_what_has_begun(series, pattern)
    ahead = _still_to_come(series).filter(series_on__gte=pattern.from_on)
    successor = Series.objects.create(group=series.group, title=title, **_as_columns(pattern))
    ahead.exclude(_ORDINARY).update(series=successor)
    _carry_over(ahead.filter(_ORDINARY), successor)
    _close(series, pattern.from_on - timedelta(days=1))
    materialise(successor)
    record("series.changed", by, successor, group=str(series.group.code), before=str(series.code))
    tell_members(series.group, f"series:{successor.code}", by)
    return successor


@transaction.atomic
def end_series(series: Series, *, last_on: date, by) -> int:
    """End a series after `last_on`. Returns how many planned meetings that takes away."""
    series = _hold(series)
    gone = withdraw(_still_to_come(series).filter(series_on__gt=last_on))
    _close(series, last_on)
    record("series.ended", by, series, last_on=last_on.isoformat(), withdrawn=gone)
    if gone:
        tell_members(series.group, f"series:{series.code}:end:{last_on}", by)
    return gone


@transaction.atomic
def end_all_of(group: TherapyGroup, *, by) -> None:
    """End every series of a group that has ended, and take away what was still planned."""
    ahead = GroupSession.objects.filter(group=group, opened_at=None, starts_at__gt=timezone.now())
    withdrawn = withdraw(ahead)
    Series.objects.filter(group=group, ended_at=None).update(ended_at=timezone.now())
    record("schedule.ended", by, group, withdrawn=withdrawn)


def materialise(series: Series, until: date | None = None) -> int:
    """Plan the meetings of `series` until a day, 12 weeks ahead unless told. Again adds nothing."""
    pattern, group = pattern_of(series), series.group
    now = timezone.now()
    until = until or today_at(group.program.site) + AHEAD
    planned = set(series.group_sessions.values_list("series_on", flat=True))
    fresh = []
    for day in pattern.days(until):
        starts_at, ends_at = pattern.times_on(day)
        if day not in planned and starts_at > now:
            fresh.append(_session_on(series, day, starts_at, ends_at))
    # Two workers at once: the constraint on (series, day) lets the second one's rows fall away.
    GroupSession.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def materialise_all(until: date | None = None) -> int:
    """Plan ahead for every current series. The worker does this daily."""
    series = Series.objects.filter(ended_at=None, group__ended_at=None, group__program__ended_at=None)
    return sum(materialise(one, until) for one in series.select_related("group__program__site"))


def withdraw(sessions) -> int:
    """Take planned meetings away: those that someone has said or done something about stay, as cancelled."""
    has_traces = Exists(Apology.objects.filter(group_session=OuterRef("pk"))) | Exists(
        Attendance.objects.filter(group_session=OuterRef("pk"))
    )
    now = timezone.now()
    kept = list(sessions.filter(has_traces, cancelled_at=None))
    for session in kept:
        session.cancelled_at, session.cancel_reason = now, _("The schedule has changed.")
        session.revision += 1
    GroupSession.objects.bulk_update(kept, ["cancelled_at", "cancel_reason", "revision"])
    gone, _by_model = sessions.exclude(has_traces).delete()
    return gone + len(kept)


_ORDINARY = Q(moved_at=None, cancelled_at=None)


def _as_columns(pattern: Pattern) -> dict:
    return asdict(pattern) | {"weekdays": weekdays_as_text(pattern.weekdays)}


def _hold(series: Series) -> Series:
    rows = Series.objects.select_for_update(of=("self",)).select_related("group__program__site")
    held = rows.get(pk=series.pk)
    if held.ended_at is not None:
        raise TooLate(_("This series has ended."))
    return held


def _still_to_come(series: Series):
    return series.group_sessions.filter(opened_at=None, starts_at__gt=timezone.now())


def _after_what_has_begun(series: Series, pattern: Pattern) -> Pattern:
    """A day on which the old pattern's meeting has begun, or whose new time has passed, is left as it is."""
    if pattern.times_on(pattern.from_on)[0] <= timezone.now():
        pattern = replace(pattern, from_on=pattern.from_on + timedelta(days=1))
    begun = series.group_sessions.filter(series_on__gte=pattern.from_on).exclude(
        pk__in=_still_to_come(series).values("pk")
    )
    last = begun.order_by("-series_on").values_list("series_on", flat=True).first()
    if last is None:
        return pattern
    return replace(pattern, from_on=last + timedelta(days=1))


def _carry_over(sessions, successor: Series) -> None:
    """Meetings on days that the new pattern has too keep their address and get its time; the others go."""
    pattern = pattern_of(successor)
    last = max((session.series_on for session in sessions), default=None)
    days = set(pattern.days(last)) if last else set()
    staying = [session for session in sessions if session.series_on in days]
    for session in staying:
        starts_at, ends_at = pattern.times_on(session.series_on)
        session.revision += (session.starts_at, session.ends_at) != (starts_at, ends_at)
        session.starts_at, session.ends_at = starts_at, ends_at
        session.series, session.title, session.time_zone = successor, successor.title, successor.time_zone
    withdraw(sessions.exclude(series_on__in=days))
    GroupSession.objects.bulk_update(
        staying, ["series", "title", "time_zone", "starts_at", "ends_at", "revision"]
    )


def _close(series: Series, last_on: date) -> None:
    series.until_on = min(last_on, series.until_on or date.max)
    is_past = series.until_on < max(series.from_on, today_at(series.group.program.site))
    series.ended_at = timezone.now() if is_past else None
    series.save(update_fields=["until_on", "ended_at"])


def _session_on(series: Series, day: date, starts_at, ends_at) -> GroupSession:
    return new_session(
        series.group,
        starts_at,
        ends_at,
        series=series,
        series_on=day,
        title=series.title,
        time_zone=series.time_zone,
    )

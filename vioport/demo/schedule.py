"""When the demo meets, always relative to now: one group now, one in ten minutes, more tomorrow."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from groups.models import TherapyGroup
from sessions.models import GroupSession, Series
from sessions.services.schedule import new_session
from sessions.services.series import pattern_of

WORTH_ARRIVING = timedelta(minutes=20)  # a meeting that ends sooner is over


def to_five_minutes(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def lay_out_the_past(series: Series, now: datetime) -> None:
    """What the pattern gave until now. What is still to come is planned as in any clinic."""
    pattern = pattern_of(series)
    known = set(series.group_sessions.values_list("series_on", flat=True))
    days = [day for day in pattern.days(now.date()) if day not in known]
    times = [(day, *pattern.times_on(day)) for day in days]
    GroupSession.objects.bulk_create(
        new_session(series.group, starts_at, ends_at, series=series, series_on=day, title=series.title)
        for day, starts_at, ends_at in times
        if starts_at <= now
    )


def meet_around_now(groups: dict[str, TherapyGroup], now: datetime) -> None:
    """Tuesday's group meets now, June's family in ten minutes, Dr. Cole sees her tomorrow."""
    _forget_what_nobody_came_to(now)
    five = to_five_minutes(now)
    zone = ZoneInfo(groups["medication"].program.site.time_zone)
    tomorrow = timezone.localtime(now, zone) + timedelta(days=1)
    ten = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    _meet(groups["tuesday"], five, 75, (now - timedelta(days=1), now), now)
    _meet(groups["family"], five + timedelta(minutes=15), 50, _around(now, 2, 20), now)
    _meet(groups["medication"], ten, 20, (ten, ten), now)


def _around(now: datetime, earliest: int, latest: int) -> tuple[datetime, datetime]:
    return now + timedelta(minutes=earliest), now + timedelta(minutes=latest)


def _meet(
    group: TherapyGroup, starts_at: datetime, minutes: int, window: tuple[datetime, datetime], now: datetime
) -> None:
    """Have `group` meet at `starts_at`, unless it already meets in a room or begins within `window`."""
    ends_at = starts_at + timedelta(minutes=minutes)
    coming = GroupSession.objects.filter(group=group, cancelled_at=None, ended_at=None)
    found = coming.filter(starts_at__lt=ends_at, ends_at__gt=now + WORTH_ARRIVING).first()
    if found is None:
        new_session(group, starts_at, ends_at).save()
    elif found.opened_at is None and not window[0] <= found.starts_at <= window[1]:
        found.starts_at, found.ends_at = starts_at, ends_at
        found.moved_at = timezone.now() if found.series_id else None
        found.save(update_fields=["starts_at", "ends_at", "moved_at"])


def _forget_what_nobody_came_to(now: datetime) -> None:
    """Meetings that an earlier start planned for its own "now" and in which nobody sat down."""
    GroupSession.objects.filter(series=None, ends_at__lt=now, attendances=None, apologies=None).delete()

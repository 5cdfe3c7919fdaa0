"""How we write times and lengths of time. Always in the reader's zone, which is the one in force."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()


@register.filter
def clock(moment: datetime) -> str:
    """`6:00 pm` on the reader's clock."""
    return on_the_wall(timezone.localtime(moment))


@register.filter
def clock_in(moment: datetime, zone: str) -> str:
    """`{{ starts_at|clock_in:session.time_zone }}`: the same on the clocks of another zone."""
    return on_the_wall(timezone.localtime(moment, ZoneInfo(zone)))


def on_the_wall(local: datetime | time, minutes: str = "%M") -> str:
    """A wall time as `clock` writes it."""
    half = pgettext("before noon", "am") if local.hour < 12 else pgettext("after noon", "pm")
    return f"{local.hour % 12 or 12}:{local.strftime(minutes)}\u00a0{half}"


@register.filter
def until(start: datetime, end: datetime) -> str:
    """`{{ starts_at|until:ends_at }}`: `6:00 to 8:50 pm`, or with both halves of the day named."""
    first, last = clock(start), clock(end)
    if first.split("\u00a0")[1] == last.split("\u00a0")[1]:
        first = first.split("\u00a0")[0]
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


@register.filter
def day(moment: datetime | date) -> str:
    """`Thursday 19 November` in words the reader's language puts in order."""
    return formats.date_format(_local_date(moment), pgettext("a date in full", "l, F j"))


@register.filter
def short_day(moment: datetime | date) -> str:
    """`Thu, Nov 19`."""
    return formats.date_format(_local_date(moment), pgettext("a short date", "D, M j"))


@register.filter
def brief_day(moment: datetime | date) -> str:
    """`Nov 19`, or `Nov 19, 2025` where the year is not this one."""
    local = _local_date(moment)
    if local.year == timezone.localdate().year:
        return formats.date_format(local, pgettext("a date without its day", "M j"))
    return formats.date_format(local, pgettext("a date with its year", "M j, Y"))


@register.filter(name="moment")
def day_and_clock(moment: datetime) -> str:
    """`Thu, Nov 19, 6:12 pm`."""
    return f"{short_day(moment)}, {clock(moment)}"


@register.filter
def to_the_second(moment: datetime) -> str:
    """`Nov 19, 6:12:07 pm`, where the order of acts matters; the year too where it is not this one."""
    return f"{brief_day(moment)}, {on_the_wall(timezone.localtime(moment), '%M:%S')}"


@register.filter
def near_day(moment: datetime | date) -> str:
    """`Today`, `Tomorrow`, or the day."""
    days = (_local_date(moment) - timezone.localdate()).days
    if days == 0:
        return _("Today")
    return _("Tomorrow") if days == 1 else day(moment)


@register.filter(name="lasting")  # "length" is Django's own
def length(minutes: int) -> str:
    """`50 minutes`, `2 h 50 min`."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not rest:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def wait_for(moment: datetime) -> str:
    """How long until a moment: `12 minutes`, `1 h 12 min`, `3 days`. Rounded up: never too early."""
    left = moment - timezone.now()
    if left < timedelta(minutes=1):
        return _("less than a minute")
    if left < timedelta(days=1):
        return length(-(-left // timedelta(minutes=1)))
    days = (_local_date(moment) - timezone.localdate()).days
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


@register.filter
def since(moment: datetime) -> str:
    """How long ago, in whole minutes, as `wait_for` says it."""
    return length(max(1, (timezone.now() - moment) // timedelta(minutes=1)))


@register.filter
def zone_name(zone) -> str:
    """`New York` for `America/New_York`."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag
def my_zone() -> str:
    """`New York time`: the zone in which this page shows times."""
    return _("%(place)s time") % {"place": zone_name(timezone.get_current_timezone_name())}


@register.filter
def stamp(moment: datetime) -> str:
    """A moment as browsers count: milliseconds since 1970."""
    return str(int(moment.timestamp() * 1000))


@register.filter
def timed(moment: datetime) -> str:
    """`<time datetime=…>6:00 pm</time>`."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), clock(moment))


def _local_date(moment: datetime | date) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment

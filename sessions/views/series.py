"""Series: begun after one has seen the dates, changed from a day on, ended. For coordinators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import Signer
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from groups.access import managed_group_for, may_manage, staffed_group_for
from groups.dates import today_at
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.group_page import Addition
from sessions import access, agenda
from sessions.media import peers
from sessions.models import GroupSession, Series
from sessions.pattern import weekdays_from
from sessions.schedule_forms import EndSeriesForm, SeriesForm
from sessions.services import schedule
from sessions.services import series as verbs
from sessions.views.schedule import clash_words, warnings_about

SHOWN = 6  # so many dates are shown before saving
SOON = 4  # so many of the next meetings stand on the group's page


@login_required
@refusals_are_not_found
def start_series(request, code):
    """Plan regular meetings of a group."""
    group = managed_group_for(request.user, code)
    start = {"time_zone": group.program.site.time_zone, "from_on": today_at(group.program.site)}
    form = SeriesForm(request.POST or None, initial=start)
    if is_to_be_saved(request, form) and told(
        form,
        lambda: verbs.start_series(group, form.pattern, title=form.cleaned_data["title"], by=request.user),
    ):
        messages.success(request, _("Planned. Members were told to look."))
        return redirect("groups:group", group.code)
    return _series_page(request, form, group)


@login_required
@refusals_are_not_found
def change_series(request, code):
    """Let a group meet differently from a day on."""
    found = access.managed_series_for(request.user, code)
    form = SeriesForm(request.POST or None, initial=as_filled_in(found))
    if is_to_be_saved(request, form) and told(
        form,
        lambda: verbs.change_series(found, form.pattern, title=form.cleaned_data["title"], by=request.user),
    ):
        messages.success(request, _("Changed. Members were told to look."))
        return redirect("groups:group", found.group.code)
    return _series_page(request, form, found.group, found)


@login_required
@refusals_are_not_found
def end_series(request, code):
    """End regular meetings after a day."""
    found = access.managed_series_for(request.user, code)
    form = EndSeriesForm(request.POST or None, initial={"last_on": today_at(found.group.program.site)})
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: verbs.end_series(found, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Ended. Members were told to look."))
        return redirect("groups:group", found.group.code)
    planned = found.group_sessions.planned().filter(starts_at__gt=timezone.now(), opened_at=None).count()
    words = agenda.series_in_words(found)
    context = {"form": form, "group": found.group, "planned": planned, "words": words}
    return render(request, "sessions/series_end.html", context)


@login_required
@refusals_are_not_found
@never_cache
def group_meetings(request, code):
    """Every meeting of a group: ahead, and of the last 12 weeks."""
    group = staffed_group_for(request.user, code)
    now = timezone.now()
    ours = GroupSession.objects.filter(group=group).order_by("starts_at")
    ahead = ours.filter(ends_at__gt=now)
    past = ours.filter(ends_at__lte=now, ends_at__gt=now - verbs.AHEAD).reverse()
    context = {"group": group, "ahead": ahead, "past": past}
    return render(request, "sessions/group_meetings.html", context)


def on_the_group_page(person, group) -> Addition:
    """When a group meets, for its page downstairs."""
    ahead = GroupSession.objects.filter(group=group).not_over().order_by("starts_at")
    current = Series.objects.filter(group=group, ended_at=None).exclude(
        until_on__lt=today_at(group.program.site)
    )
    manages = group.ended_at is None and may_manage(person, group.program)
    return Addition(
        fact="sessions/_group_fact.html",
        section="sessions/_group_schedule.html",
        facts={
            "group": group,
            "series": [in_words(one, group) for one in current.order_by("from_on", "pk")],
            "meetings": list(ahead[:SOON]),
            "all": ahead.count(),
            "clashes": coming_clashes(group) if manages else [],
            "too_many": schedule.has_too_many_for_peers(group),
            "peer_seats": peers.PLACES,
            "may_manage": manages,
        },
    )


def coming_clashes(group) -> list[str]:
    """Who of the group would be in two meetings at once in the next weeks: someone may have joined since."""
    ours = GroupSession.objects.filter(group=group).planned().not_over()
    times = list(ours.values_list("starts_at", "ends_at")[: SHOWN * SOON])
    return clash_words(schedule.clashes(group, times, but=GroupSession.objects.filter(group=group)))


def in_words(series: Series, group) -> dict:
    return {
        "code": series.code,
        "words": agenda.series_in_words(series),
        "title": series.title,
        "zone": series.time_zone,
        "until": series.until_on,
        "from_on": series.from_on if series.from_on > today_at(group.program.site) else None,
    }


def as_filled_in(series: Series) -> dict:
    """What the form asks for, as `series` has it now, to hold from today on."""
    return {
        "title": series.title,
        "weekdays": weekdays_from(series.weekdays),
        "every_weeks": series.every_weeks,
        "starts_at": series.starts_at,
        "minutes": series.minutes,
        "time_zone": series.time_zone,
        "from_on": max(series.from_on, today_at(series.group.program.site)),
        "until_on": series.until_on,
    }


def is_to_be_saved(request, form) -> bool:
    """Whether the reader has seen the dates of exactly this pattern, and said to save it."""
    return (
        request.method == "POST"
        and form.is_valid()
        and "save" in request.POST
        and request.POST.get("seen") == seal_of(form)
    )


def seal_of(form) -> str:
    return Signer(salt="series").signature(repr(form.pattern))


def _series_page(request, form, group, series: Series | None = None):
    context = {"form": form, "group": group, "series": series}
    if request.method == "POST" and form.is_valid():
        context |= _preview(form, group, series)
    return render(request, "sessions/series_form.html", context)


def _preview(form, group, series: Series | None) -> dict:
    """The next dates of what was filled in, and what to think of before saving it."""
    pattern = form.pattern
    times = [pattern.times_on(day) for day in pattern.days(today_at(group.program.site) + verbs.AHEAD)]
    times = [(start, end) for start, end in times if start > timezone.now()]
    but = series.group_sessions.all() if series else None
    warnings = warnings_about(group, times, but)
    return {
        "dates": pattern.coming(timezone.now(), SHOWN),
        "zone": pattern.time_zone,
        "seen": seal_of(form),
        "warnings": warnings,
    }

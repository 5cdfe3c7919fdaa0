"""The week, one meeting of it, and what may be changed about it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.services import record_read
from groups.access import managed_group_for, may_manage, sees_members
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.models import EVERY_GROUP_ROLES
from groups.templatetags.times import short_day
from sessions import access, agenda
from sessions.media import peers
from sessions.models import GroupSession
from sessions.schedule_forms import CancelForm, PlanForm, WhenForm
from sessions.services import schedule


@login_required
@never_cache
def week(request):
    """The seven days around a day, in the reader's own zone."""
    first = first_day_of_week(asked_day(request) or timezone.localdate())
    may_see_programs = request.user.has_role(*EVERY_GROUP_ROLES)
    of_programs = may_see_programs and request.GET.get("of") == "programs"
    seen = GroupSession.objects.visible_to(request.user) if of_programs else agenda.of_member(request.user)
    sessions = agenda.between(seen, first, first + timedelta(days=6))
    meetings = agenda.meetings(sessions, request.user)
    days = [first + timedelta(days=n) for n in range(7)]
    return render(
        request,
        "sessions/week.html",
        {
            "days": [(day, [one for one in meetings if one.on == day]) for day in days],
            "is_empty": not meetings,
            "may_see_programs": may_see_programs,
            "of_programs": of_programs,
            "elsewhere": any(meeting.is_elsewhere for meeting in meetings),
            "today": timezone.localdate(),
            "before": first - timedelta(days=7),
            "after": first + timedelta(days=7),
        },
    )


@login_required
@refusals_are_not_found
@never_cache
def plan(request, code):
    """One meeting as its team sees it: when, who sent word, and for its coordinator how to change it."""
    session = access.planned_session_for(request.user, code)
    if not sees_members(request.user, session.group):
        raise access.NotYourRoom
    [meeting] = agenda.meetings([session], request.user, reads_words=True)
    record_read(request.user, session, "session_plan")
    return render(
        request,
        "sessions/plan.html",
        {
            "meeting": meeting,
            "session": session,
            "group": session.group,
            "may_manage": may_manage(request.user, session.group.program),
            "may_change": session.opened_at is None and session.starts_at > timezone.now(),
        },
    )


@login_required
@refusals_are_not_found
def plan_new(request, code):
    """Plan one meeting outside any series."""
    group = managed_group_for(request.user, code)
    form = PlanForm(
        request.POST or None,
        initial={"kind": group.kind, "time_zone": group.program.site.time_zone, "day": asked_day(request)},
    )
    warnings = []
    if request.method == "POST" and form.is_valid():
        warnings = [] if "anyway" in request.POST else warnings_about(group, [form.times])
        if not warnings:
            starts_at, _ends_at = form.times
            session = schedule.plan_session(
                group,
                starts_at=starts_at,
                minutes=form.cleaned_data["minutes"],
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
                by=request.user,
            )
            messages.success(request, _("The meeting is planned. Members were told to look."))
            return redirect("sessions:plan", session.code)
    return render(request, "sessions/plan_form.html", {"form": form, "group": group, "warnings": warnings})


@login_required
@refusals_are_not_found
def move(request, code):
    """Give one meeting another time."""
    session = access.managed_session_for(request.user, code)
    form = WhenForm(request.POST or None, initial=when_now(session))
    warnings = []
    if request.method == "POST" and form.is_valid():
        but = GroupSession.objects.filter(pk=session.pk)
        if "anyway" not in request.POST:
            warnings = clash_words(schedule.clashes(session.group, [form.times], but))
        if not warnings and told(form, lambda: _move(session, form, request.user)):
            messages.success(request, _("Moved. Members were told to look."))
            return redirect("sessions:plan", session.code)
    context = {"form": form, "session": session, "group": session.group, "warnings": warnings}
    return render(request, "sessions/plan_form.html", context)


@login_required
@refusals_are_not_found
def cancel(request, code):
    """Cancel one meeting, after saying what that does."""
    session = access.managed_session_for(request.user, code)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: schedule.cancel_session(session, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Cancelled. Members were told to look."))
        return redirect("sessions:plan", session.code)
    [meeting] = agenda.meetings([session], request.user)
    return render(
        request, "sessions/plan_cancel.html", {"form": form, "meeting": meeting, "session": session}
    )


@login_required
@require_POST
@refusals_are_not_found
def restore(request, code):
    """Bring a cancelled meeting back."""
    session = access.managed_session_for(request.user, code)
    try:
        schedule.restore_session(session, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The meeting takes place again. Members were told to look."))
    return redirect("sessions:plan", session.code)


def warnings_about(group, times, but=None) -> list[str]:
    """What to think of before planning: who would be in two meetings, and a room that is too small."""
    warnings = clash_words(schedule.clashes(group, times, but))
    if schedule.has_too_many_for_peers(group):
        words = _("More than %(seats)d belong to this group. Those who come later have no sound and picture.")
        warnings.append(words % {"seats": peers.PLACES})
    return warnings


def before_a_seat(group, person, from_on, until_on) -> list[str]:
    """For groups, before someone is given a seat: the meetings of theirs that it would run into."""
    return clash_words(schedule.clashes_of(person, group, from_on, until_on))


def clash_words(clashes) -> list[str]:
    """A line for the group and for each person who would be in two meetings at once, with the first time."""
    times: dict = {}
    for clash in clashes:
        times.setdefault(clash.person, []).append(clash.starts_at)
    return [_clash_line(person, starts) for person, starts in times.items()]


def _clash_line(person, starts) -> str:
    day, more = short_day(starts[0]), len(starts) - 1
    when = day
    if more:
        when = ngettext("%(day)s and %(more)d more time", "%(day)s and %(more)d more times", more)
        when = when % {"day": day, "more": more}
    if person is None:
        return _("This group already meets then (%(when)s).") % {"when": when}
    return _("%(name)s has another meeting then (%(when)s).") % {"name": person.name, "when": when}


def when_now(session: GroupSession) -> dict:
    """The time of a meeting as its form asks for it."""
    there = timezone.localtime(session.starts_at, ZoneInfo(session.time_zone))
    return {
        "day": there.date(),
        "starts_at": there.time(),
        "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
        "time_zone": session.time_zone,
    }


def first_day_of_week(day: date) -> date:
    """The Sunday or Monday on which the reader's week begins."""
    begins = formats.get_format("FIRST_DAY_OF_WEEK")  # 0 is Sunday
    return day - timedelta(days=(day.isoweekday() - begins) % 7)


def asked_day(request) -> date | None:
    """The day in the address, if it is one."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _move(session, form, by):
    starts_at, _ends_at = form.times
    schedule.move_session(session, starts_at=starts_at, minutes=form.cleaned_data["minutes"], by=by)

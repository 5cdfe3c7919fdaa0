"""Telling the team privately about a session, and reading what was told."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from sessions import record_access
from sessions.models import Attendance, GroupSession
from sessions.record_forms import ReportForm
from sessions.services import reports


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code) -> HttpResponse:
    try:
        group_session = record_access.reportable_for(request.user, code)
    except record_access.NotYours:
        raise Http404 from None
    form = ReportForm(request.POST or None, others=_others_who_were_in(group_session, request.user))
    context = {"group_session": group_session, "form": form}
    if form.is_valid():
        reports.tell_the_team(group_session, by=request.user, **form.cleaned_data)
        return render(request, "sessions/report_told.html", context)
    return render(request, "sessions/report.html", context)


def _others_who_were_in(group_session: GroupSession, person):
    """Those the person has met in the room: names that peers may see anyway."""
    met = Attendance.objects.filter(group_session=group_session).exclude(stays=[])
    return met.exclude(person=person).order_by("shown_as")


@login_required
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    if not request.user.has_role("coordinator"):
        raise Http404
    told = record_access.reports_visible_to(request.user).select_related("group_session__group", "by")[:200]
    return render(request, "sessions/reports.html", {"reports": told})


@login_required
@require_GET
def report_page(request: HttpRequest, code) -> HttpResponse:
    try:
        told = record_access.report_for(request.user, code)
    except record_access.NotYours:
        raise Http404 from None
    reports.note_read(told, by=request.user)
    return render(request, "sessions/report_page.html", {"report": told})

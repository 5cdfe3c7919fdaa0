"""The roster after a session: who came, for how long, and what staff corrected."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.services import record as write_down
from audit.services import record_read
from sessions import record_access
from sessions.models import Attendance, GroupSession
from sessions.record_bars import blocks_of, scale_of
from sessions.record_csv import roster_csv
from sessions.record_forms import CorrectionForm
from sessions.services import attendance, keeping
from sessions.services.reports import may_still_report

SESSIONS_SHOWN = 60  # twelve weeks of five


def _session_or_404(request: HttpRequest, code) -> GroupSession:
    try:
        return record_access.record_for(request.user, code)
    except record_access.NotYours:
        raise Http404 from None


@login_required
@require_GET
def roster(request: HttpRequest, code) -> HttpResponse:
    group_session = _session_or_404(request, code)
    write_down("roster.read", request.user, group_session)
    chat = keeping.chat_of_record(group_session)
    if chat:
        write_down("chat.read", request.user, group_session)
    records = attendance.record_of(group_session)
    scale = scale_of(records, group_session.starts_at, group_session.ends_at)
    rows = [(row, blocks_of(row, scale)) for row in records]
    return render(
        request,
        "sessions/record.html",
        {
            "group_session": group_session,
            "rows": rows,
            "scale": scale,
            "settled": group_session.ended_at is not None,
            "chat": chat,
        },
    )


@login_required
@require_GET
def roster_file(request: HttpRequest, code) -> HttpResponse:
    group_session = _session_or_404(request, code)
    write_down("roster.exported", request.user, group_session)
    answer = HttpResponse(
        roster_csv(group_session, attendance.record_of(group_session)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="roster-{group_session.starts_at:%Y-%m-%d}.csv"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code, seat) -> HttpResponse:
    group_session = _session_or_404(request, code)
    someone = get_object_or_404(Attendance, group_session=group_session, seat=seat)
    record_read(request.user, someone, "attendance")
    row = next(r for r in attendance.record_of(group_session) if r.attendance.pk == someone.pk)
    form = CorrectionForm(request.POST or None, initial={"status": row.status})
    if form.is_valid():
        attendance.correct(someone, by=request.user, **form.cleaned_data)
        messages.success(request, _("Corrected. The first figure stays in the record."))
        return redirect("sessions:record", code=code)
    return render(
        request, "sessions/correct.html", {"group_session": group_session, "row": row, "form": form}
    )


@login_required
@require_GET
def my_minutes(request: HttpRequest) -> HttpResponse:
    """A patient's own time, newest session first; nobody else's."""
    own = attendance.own_record(record_access.own_attendances(request.user)[:SESSIONS_SHOWN])
    return render(request, "sessions/my_minutes.html", {"rows": [_own_row(row) for row in own]})


def _own_row(row: attendance.SeatRecord) -> dict:
    group_session = row.group_session
    scale = scale_of([row], group_session.starts_at, group_session.ends_at)
    return {
        "record": row,
        "scale": scale,
        "blocks": blocks_of(row, scale),
        "may_report": may_still_report(group_session) and bool(row.stretches),
    }

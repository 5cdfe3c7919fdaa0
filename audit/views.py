"""The privacy officer's page."""

import csv
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from audit import access, reading
from audit.forms import Search
from audit.models import SealedBatch
from audit.services import record, record_read

PAGE = 50
LONGEST_EXPORT = 20_000


@require_GET
@login_required
def trail(request):
    """Show what was done, newest first, a page at a time."""
    entries, form = _asked_for(request, request.GET)
    record_read(request.user, None, "audit")
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    page = list(entries[: PAGE + 1])
    context = {
        "form": form,
        "lines": reading.lines(page[:PAGE]),
        "older": _query(request, before=page[PAGE - 1].pk) if len(page) > PAGE else "",
        "is_first_page": not before,
        "newest": _query(request),
        "asked": [(name, value) for name, value in request.GET.items() if name in form.fields],
        "last_batch": SealedBatch.objects.order_by("-number").first(),
        "longest_export": LONGEST_EXPORT,
    }
    return render(request, "audit/trail.html", context)


@login_required
def export(request):
    """Give the same entries as a file, and write down that it was taken."""
    entries, form = _asked_for(request, request.POST)
    if request.method != "POST":  # after asking whether this person may know of the page at all
        return HttpResponseNotAllowed(["POST"])
    found = reading.lines(entries[:LONGEST_EXPORT])
    asked = [name for name, value in form.cleaned_data.items() if value]
    record("audit.exported", request.user, None, entries=len(found), searched_by=asked)
    day = timezone.localdate().isoformat()
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="audit-{day}.csv"'},
    )
    response.write("\ufeff")  # without it, spreadsheets take the file for another alphabet
    rows = csv.writer(response)
    rows.writerow(reading.headings())
    rows.writerows(reading.cells(line) for line in found)
    return response


def _asked_for(request, given):
    try:
        entries = access.trail_for(request.user)
    except access.NotYourTrail:
        raise Http404 from None
    form = Search(given)
    return (form.found_in(entries) if form.is_valid() else entries.none()), form


def _query(request, **more) -> str:
    asked = {name: value for name, value in request.GET.items() if name in Search.base_fields and value}
    return "?" + urlencode(asked | more)

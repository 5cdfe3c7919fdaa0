"""The private calendar address: shown once, revoked with a press, read without signing in."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import always_open
from sessions import agenda, ics
from sessions.models import CalendarFeed
from sessions.services import feeds

BACK = timedelta(days=28)
NEW_TOKEN = "new_feed_token"  # noqa: S105


@login_required
@never_cache
def page(request):
    """Make or revoke one's address. A new one is shown once, and never again."""
    token = request.session.pop(NEW_TOKEN, None)
    address = request.build_absolute_uri(f"/calendar/{token}.ics") if token else ""
    feed = CalendarFeed.objects.filter(person=request.user, revoked_at=None).first()
    return render(request, "sessions/calendar.html", {"feed": feed, "address": address})


@login_required
@require_POST
def make(request):
    """Make a new address."""
    request.session[NEW_TOKEN] = feeds.make_feed(request.user)
    return redirect("sessions:calendar")


@login_required
@require_POST
def revoke(request):
    """Make the address stop working."""
    if feeds.revoke_feeds(request.user):
        messages.success(request, _("The address no longer works. Remove it from your calendar app."))
    return redirect("sessions:calendar")


@always_open
@require_safe
def feed(request, token):
    """The calendar file. The token is the only key: calendar apps do not sign in."""
    person = feeds.reader_of(token)
    if person is None:
        raise Http404
    first = timezone.localdate() - BACK
    sessions = agenda.between(agenda.of_member(person), first, first + timedelta(weeks=20))
    with translation.override(person.language):
        body = ics.calendar_of(list(sessions))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=900"
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response

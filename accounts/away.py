"""Quick exit: a way out that works at once, and a page to land on that says nothing of us."""

import calendar

from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.doors import always_open
from accounts.services import leave_quickly


# No CSRF token: a stale one (signed in again in another window) must never hold anyone back, and a page
# that was not found has to be the same bytes each time. Other sites are kept out by where the request says
# it comes from, and by the login cookie, which is SameSite=Lax and so does not travel with their posts.
@always_open
@csrf_exempt
@require_POST
def leave(request):
    """Sign out at once and go to the page that names nothing."""
    if not _comes_from_us(request):
        return HttpResponseForbidden()
    leave_quickly(request)
    return HttpResponseRedirect(reverse("away"))


@never_cache
def page(request):
    """A calendar of this month, or the page that the site has chosen instead."""
    today = timezone.localdate()
    sheet = calendar.Calendar(firstweekday=6)
    shown = {
        "today": today,
        "weekdays": [WEEKDAYS[day] for day in sheet.iterweekdays()],
        "weeks": sheet.monthdayscalendar(today.year, today.month),
        "elsewhere": settings.QUICK_EXIT_URL,
    }
    return render(request, "accounts/away.html", shown)


def _comes_from_us(request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"

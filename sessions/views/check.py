"""Camera, microphone and speaker, tried out the day before. It needs no session: whoever is signed in may."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from groups.help import phone_of, programs_of


@require_safe
@login_required
def device_check(request: HttpRequest) -> HttpResponse:
    """Show the check. Nothing is sent anywhere: what the camera sees stays in the page."""
    phones = (phone_of(program) for program in programs_of(request.user))
    return render(request, "sessions/check.html", {"phone": next(filter(None, phones), "")})

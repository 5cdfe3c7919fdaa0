"""The demo's own pages: become anyone of the cast, and read the mail that was sent."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import always_open
from accounts.models import User
from accounts.services import mark_second_factor
from sessions.models import Attendance
from vioport.demo import mail
from vioport.demo.cast import CAST, characters_by_part

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def only_in_the_demo(view):
    """Outside the demo these pages are not there, even if their addresses were."""

    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return always_open(answer)


@only_in_the_demo
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/people.html", {"parts": characters_by_part(), "letters": mail.count()})


@only_in_the_demo
@require_POST
def become(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the cast. One click stands for the second factor too.

    Whoever was played by a simulated member is real from here on, and has sound and picture.
    """
    if key not in {character.key for character in CAST}:
        raise Http404
    user = get_object_or_404(User, email=f"{key}@example.org", is_active=True)
    login(request, user, backend=BACKEND)
    mark_second_factor(request)
    Attendance.objects.filter(person=user, is_simulated=True).update(is_simulated=False)
    return redirect("/")


@only_in_the_demo
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mail.html", {"letters": mail.newest()})

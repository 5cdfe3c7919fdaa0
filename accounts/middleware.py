"""What holds on every page: one's own language and time, the second factor, the lock when idle."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from accounts import access
from accounts.doors import bears
from accounts.services.logins import note_place
from accounts.services.sign_in import stay_active
from accounts.views.unlock import LOCKED, ask_and_keep


class OwnLanguageAndTime:
    """Show every page in the language and time zone of the person who reads it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        person = request.user
        if not person.is_authenticated:
            return self.get_response(request)
        with timezone.override(person.time_zone), translation.override(person.language):
            request.LANGUAGE_CODE = person.language
            response = self.get_response(request)
            response.headers["Content-Language"] = person.language
        return response


class KeptNowhere:
    """No browser and no proxy keeps what a signed-in person was shown: Back after leaving finds nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_someones = request.user.is_authenticated  # asked first: the view may sign them out
        response = self.get_response(request)
        if is_someones or request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class LockWhenIdle:
    """Lock the pages of a person who did nothing for long. Only what a person does counts as doing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or bears(view, "always_open"):
            return None
        if access.is_locked(request.session):
            return self.answer_when_locked(request, view)
        if is_navigation(request) and stay_active(request.session, request.user):
            note_place(request)
        return None

    def answer_when_locked(self, request, view):
        if bears(view, "while_locked") or any(stays(request) for stays in access.stays_open_when_locked):
            return None
        if not is_navigation(request):
            return HttpResponse(status=LOCKED)
        if request.method == "POST":
            return ask_and_keep(request)
        return redirect_with_next("account_unlock", request)


class SecondFactorRequired:
    """Keep staff out of everything until this login has shown a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or bears(view, "always_open"):
            return None
        if not access.lacks_second_factor(request.session, request.user):
            return None
        if access.owns_second_factor(request.user):
            # Not even the page that adds a key: whoever has only the mailbox would add their own.
            return self.unless(bears(view, "proves_second_factor"), "account_unlock", request)
        return self.unless(bears(view, "sets_up_second_factor"), "account_protect", request)

    def unless(self, may_pass: bool, door: str, request):
        return None if may_pass else redirect_with_next(door, request)


def is_navigation(request) -> bool:
    """Whether a person opened a page, as opposed to a script that fetched something.

    Browsers say so themselves, in a header that scripts cannot set. Those too old for it are told by what
    they accept. Anything unsure is not a person.
    """
    if request.headers.get("Sec-Purpose") or "HX-Request" in request.headers:
        return False
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate" and request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return "text/html" in request.headers.get("Accept", "") and "X-Requested-With" not in request.headers


def redirect_with_next(door: str, request):
    """Redirect to `door`, which leads back to this page."""
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse(door)}?{urlencode({'next': back})}")

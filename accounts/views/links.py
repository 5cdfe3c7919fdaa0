"""What every page behind a one-use link needs."""

from contextlib import nullcontext
from functools import wraps

from django.conf import settings
from django.utils import translation


def quiet_link(view):
    """Keep the token in the address out of other sites' and our own logs."""

    @wraps(view)
    def quiet(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        # Not "no-referrer": the button's own request would then come from "null" and be refused as foreign.
        response.headers["Referrer-Policy"] = "strict-origin"
        response._has_been_logged = True  # Django would write the address of a 4xx into the log
        return response

    return quiet


def as_read_by(request, person):
    """The page in the language of whoever the link was sent to, as its mail was, unless they chose here."""
    if request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return nullcontext()
    return translation.override(person.language)

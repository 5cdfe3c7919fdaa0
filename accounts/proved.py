"""A decorator for pages on which one changes how one signs in."""

from functools import wraps

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required

from accounts import access


def proved_lately(view):
    """Ask for a proof first, unless the person gave one in the last minutes.

    allauth asks by itself, but not those who have neither password nor second factor: our patients.
    """

    @login_required
    @wraps(view)
    def asking(request, *args, **kwargs):
        if not access.has_proved_lately(request.session, request.user):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asking

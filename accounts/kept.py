"""What someone posted to a page that had locked meanwhile, kept for them, unreadable, in the page itself.

With JavaScript a page is veiled before this can happen. Without it, the words of half an hour would be lost.
"""

import base64
import json
import time

from django.http import HttpRequest, QueryDict
from django.urls import resolve

from accounts.access import lacks_second_factor
from vault import keyring

LONGEST = 64 * 1024
GOOD_FOR_SECONDS = 60 * 60


class NothingKept(Exception):
    """None, too old, or not this person's."""


def keep(request: HttpRequest) -> str:
    """Return what was posted, sealed for this login. Empty when files came along, or too much of it."""
    words = request.POST.urlencode()
    if request.FILES or len(words) > LONGEST:
        return ""
    kept = {"path": request.path, "words": words, "at": time.time()}
    return base64.b64encode(keyring.seal(json.dumps(kept).encode(), _place(request))).decode()


def send_again(request: HttpRequest, kept: str):
    """Do what was kept as if it were posted now. Raises NothingKept."""
    opened = _open(request, kept)
    request.path = request.path_info = opened["path"]
    request.POST = QueryDict(opened["words"])
    found = resolve(opened["path"])
    request.resolver_match = found
    return found.func(request, *found.args, **found.kwargs)


def _open(request: HttpRequest, kept: str) -> dict:
    try:
        opened = json.loads(keyring.open_sealed(base64.b64decode(kept), _place(request)))
    except (ValueError, keyring.UnknownKey, keyring.Tampered):
        raise NothingKept from None
    is_over = time.time() - opened["at"] > GOOD_FOR_SECONDS
    # The middleware does not see what is sent again, so its question is asked here.
    if is_over or lacks_second_factor(request.session, request.user):
        raise NothingKept
    return opened


def _place(request: HttpRequest) -> bytes:
    return f"accounts.kept/{request.user.pk}/{request.session.session_key}".encode()

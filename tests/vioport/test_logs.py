import io
import json
import logging
import logging.config
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from vioport import logs

CANARY = "I told nobody else"
TOKEN = "q3RkX0Zy-AbCdEfGhIjKlMnOp_92x"


def crashing_view(request, token=""):
    secret_of_june = CANARY
    raise ValueError(f"cannot read {secret_of_june}")


urlpatterns = [path("invited/<str:token>/", crashing_view)]


def handler500(request):
    return HttpResponse(status=500)


@pytest.fixture(params=[True, False], ids=["production", "developing"])
def written(request):
    """What is written down, in a stream of its own."""
    out = io.StringIO()
    configuration = logs.configuration(as_json=request.param)
    configuration["handlers"]["out"]["stream"] = out
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(configuration)
    yield out, request.param
    logging.getLogger().handlers[:] = before


@pytest.mark.parametrize(
    "text, shown",
    [
        (f"Not Found: /invited/{TOKEN}/", "Not Found: /invited/…/"),
        (f"GET /calendar/{TOKEN}.ics", "GET /calendar/…"),
        ("GET /sign-in/?code=123456&next=/", "GET /sign-in/?…"),
        ("Not Found: /groups/list/", "Not Found: /groups/list/"),
    ],
)
def test_what_opens_a_door_is_hidden(text, shown):
    assert logs.scrub(text) == shown


def test_a_public_code_is_not_hidden():
    text = f"Not Found: /sessions/{uuid.uuid4()}/room/"
    assert logs.scrub(text) == text


def test_a_crash_is_one_line_that_tells_where_and_repeats_no_word(written, settings, db):
    out, as_json = written
    settings.ROOT_URLCONF = __name__
    Client(raise_request_exception=False).get(f"/invited/{TOKEN}/")
    assert TOKEN not in out.getvalue()
    if not as_json:
        return  # while developing, the whole traceback is wanted
    assert CANARY not in out.getvalue()
    (line,) = out.getvalue().splitlines()
    said = json.loads(line)
    assert said["exception"] == "ValueError"
    assert said["places"][-1].endswith("crashing_view")
    assert said["logger"] == "django.request"
    assert said["level"] == "error"


def test_what_daphne_says_of_a_crash_keeps_its_places_only(written):
    out, _as_json = written
    place = '  File "/srv/sessions/consumers.py", line 12, in receive\n    raise ValueError'
    trace = f"{CANARY}\n{place}\n  {CANARY}"
    logging.getLogger("daphne.server").error("Exception inside application: %s", trace)
    assert CANARY not in out.getvalue()
    assert "sessions/consumers.py" in out.getvalue()


def test_what_was_there_before_is_not_silenced():
    assert logs.configuration(as_json=True)["disable_existing_loggers"] is False

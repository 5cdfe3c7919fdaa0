"""T14: what every route tells the browser, walked from the URLconf itself."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from vioport.headers import WITH_DEVICES, permissions_policy

SAMPLES = {"uuid": str(uuid.uuid4()), "int": "1", "slug": "a-slug", "str": "a-word", "path": "a/path"}


def routes(resolver=None, before: str = "") -> list[str]:
    """Every path that vioport answers, with something made up in each of its gaps."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + filled(pattern)
        found += [path] if isinstance(pattern, URLPattern) else routes(pattern, path)
    return found


def filled(pattern) -> str:
    text = str(pattern.pattern)
    text = re.sub(r"<(?:(\w+):)?\w+>", lambda gap: SAMPLES[gap.group(1) or "str"], text)
    text = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)", "a-word", text)
    return text.replace("^", "").replace("$", "").replace("\\Z", "")


@pytest.fixture
def production(settings):
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.mark.parametrize("path", sorted(set(routes())))
@pytest.mark.parametrize("who", ["", "june", "maya"])
def test_every_route_says_what_the_browser_may_not_do(path, who, cast, signed_in, production):
    browser = signed_in(getattr(cast, who)) if who else Client()
    answer = browser.get("/" + path, secure=True)
    headers = answer.headers
    assert answer.status_code < 500
    assert "no-store" in headers["Cache-Control"] or "private" in headers["Cache-Control"]
    assert "default-src" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    if path in ("healthz", "readyz"):
        return
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]
    for cookie in answer.cookies.values():
        assert cookie["secure"] and cookie["samesite"] == "Lax" and cookie["httponly"], cookie.key


def test_a_page_that_is_not_there_says_it_too(production, db):
    headers = Client().get("/nowhere/", secure=True).headers
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]


def test_plain_http_is_sent_to_https(production, db):
    answer = Client().get("/nowhere/")
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


@pytest.mark.parametrize("page", sorted(WITH_DEVICES))
def test_only_where_people_meet_may_a_camera_be_used(page):
    policy = permissions_policy(page)
    assert "camera=(self)" in policy
    assert "display-capture=(self)" in policy
    assert "publickey-credentials-get=()" in policy


@pytest.mark.parametrize("page", ["", "today", "sessions:week", "audit", "groups:list"])
def test_everywhere_else_it_may_not(page):
    assert "camera=()" in permissions_policy(page)
    assert "microphone=()" in permissions_policy(page)


@pytest.mark.parametrize("page", ["account_login", "mfa_login_webauthn", "mfa_add_webauthn"])
def test_passkeys_are_for_account_pages(page):
    assert "publickey-credentials-get=(self)" in permissions_policy(page)
    assert "camera=()" in permissions_policy(page)

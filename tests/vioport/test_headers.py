"""T14: what every route tells the browser, walked from the URLconf itself."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from vioport.headers import WITH_DEVICES, permissions_policy

NOT_TOLD = ("same-origin", "no-referrer", "strict-origin")  # no path ever leaves for another site
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


@pytest.mark.parametrize("who", ["", "june", "maya"])
def test_every_route_says_what_the_browser_may_not_do(who, cast, signed_in, production):
    browser = signed_in(getattr(cast, who)) if who else Client()
    paths = sorted(set(routes()))
    assert len(paths) > 40
    answers = ((path, browser.get("/" + path, secure=True)) for path in paths)
    assert [wrong for path, answer in answers for wrong in complaints(path, answer, bool(who))] == []


def complaints(path: str, answer, is_signed_in: bool) -> list[str]:
    headers = answer.headers
    keeps_nothing = "no-store" if is_signed_in else "no-store|private"
    facts = {
        "it crashed": answer.status_code < 500,
        "a copy may be kept": re.search(keeps_nothing, headers.get("Cache-Control", "")),
        "no content policy": "default-src" in headers.get("Content-Security-Policy", ""),
        "inline code may run": "unsafe" not in headers.get("Content-Security-Policy", ""),
        "content is guessed at": headers.get("X-Content-Type-Options") == "nosniff",
        "its address is told": headers.get("Referrer-Policy") in NOT_TOLD,
    }
    if path not in ("healthz", "readyz"):  # for a supervisor, not for a browser
        facts |= {
            "no HSTS": headers.get("Strict-Transport-Security", "").startswith("max-age=31536000"),
            "openers may touch it": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
            "it may be framed": headers.get("X-Frame-Options") == "DENY",
            "no permissions": "geolocation=()" in headers.get("Permissions-Policy", ""),
        }
    for cookie in answer.cookies.values():
        flags = cookie["secure"] and cookie["samesite"] == "Lax" and cookie["httponly"]
        facts[f"cookie {cookie.key} has no flags"] = flags
    return [f"/{path}: {wrong}" for wrong, fine in facts.items() if not fine]


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
    assert "publickey-credentials-create=()" in policy


@pytest.mark.parametrize("page", ["", "today", "sessions:week", "audit", "groups:list"])
def test_everywhere_else_it_may_not(page):
    assert "camera=()" in permissions_policy(page)
    assert "microphone=()" in permissions_policy(page)


@pytest.mark.parametrize("page", ["account_login", "mfa_login_webauthn", "mfa_add_webauthn"])
def test_passkeys_are_made_on_account_pages(page):
    assert "publickey-credentials-create=(self)" in permissions_policy(page)
    assert "camera=()" in permissions_policy(page)


@pytest.mark.parametrize("page", ["", "groups:people", "sessions:room", "account_unlock"])
def test_any_page_that_locks_is_opened_with_a_passkey(page):
    assert "publickey-credentials-get=(self)" in permissions_policy(page)

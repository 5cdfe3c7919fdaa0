"""The way in: pages of ours only, no borrowed path, the login asked anew."""

import pytest
from channels.testing import HttpCommunicator, WebsocketCommunicator
from django.urls import path

from wire.asgi import sockets, without_root_path
from wire.signed_in import person_signed_in


async def accepts(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})


async def is_let_in(origin, url="/ws/here/", headers=()):
    sent = [(b"origin", origin.encode())] if origin is not None else []
    socket = WebsocketCommunicator(sockets([path("ws/here/", accepts)]), url, headers=[*sent, *headers])
    is_in, _ = await socket.connect()
    await socket.disconnect()
    return is_in


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("https://app.example.org", True),
        ("https://app.example.org:443", True),
        ("https://spare.example.org:8443", True),
        ("http://app.example.org", False),
        ("https://app.example.org:9999", False),
        ("https://evil.app.example.org", False),
        ("https://evilapp.example.org", False),
        ("https://app.example.org.evil.com", False),
        ("https://any.wild.example.org", False),
        ("null", False),
        ("file://", False),
        ("", False),
        ("https://[", False),
        (None, False),
    ],
)
async def test_only_our_own_pages_open_sockets(settings, origin, is_ours):
    settings.SITE_URL = "https://app.example.org"
    settings.CSRF_TRUSTED_ORIGINS = ["https://spare.example.org:8443", "https://*.wild.example.org"]
    assert await is_let_in(origin) is is_ours


async def test_two_origins_are_none(settings):
    settings.SITE_URL = "https://app.example.org"
    again = [(b"origin", b"https://app.example.org")]
    assert not await is_let_in("https://app.example.org", headers=again)


async def test_a_path_that_is_nobodys_is_refused_quietly(settings):
    assert not await is_let_in(settings.SITE_URL, "/ws/elsewhere/")


async def test_a_browser_cannot_move_our_links_by_a_header():
    async def tells(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["root_path"].encode()})

    page = HttpCommunicator(without_root_path(tells), "GET", "/")
    page.scope["root_path"] = "/phish"
    assert (await page.get_response())["body"] == b""


def scope_of(client):
    return {"cookies": {name: morsel.value for name, morsel in client.cookies.items()}}


def test_the_login_is_asked_anew_each_time(cast, signed_in):
    scope = scope_of(signed_in(cast.june))
    assert person_signed_in(scope) == cast.june
    cast.june.is_active = False
    cast.june.save()
    assert person_signed_in(scope) is None


def test_a_login_ends_with_the_session_and_with_the_password(cast, signed_in):
    client, other = signed_in(cast.june), signed_in(cast.omar)
    here, there = scope_of(client), scope_of(other)
    client.session.flush()
    assert person_signed_in(here) is None
    cast.omar.set_password("another one entirely")
    cast.omar.save()
    assert person_signed_in(there) is None


def test_no_cookie_no_person(db):
    assert person_signed_in({}) is None
    assert person_signed_in({"cookies": {"sessionid": "made-up"}}) is None

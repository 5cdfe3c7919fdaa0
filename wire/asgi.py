"""What every socket passes on its way in: the right origin, no borrowed path prefix, its cookies read."""

from urllib.parse import urlsplit

from channels.routing import URLRouter
from django.conf import settings
from django.http import parse_cookie
from django.urls import re_path

from wire import quick_frames


def sockets(routes: list):
    """The ASGI application for sockets: `routes` behind everything that each of them needs."""
    quick_frames.install()
    return OwnOrigin(Cookies(URLRouter([*routes, re_path(r"", nowhere)])))


async def nowhere(scope, receive, send):
    """The same refusal for a foreign page and for a path that is nobody's."""
    await receive()
    await send({"type": "websocket.close"})


def without_root_path(application):
    """A header of the browser's may set Daphne's root path, and with it every link and redirect. Not here."""

    async def wrapped(scope, receive, send):
        return await application({**scope, "root_path": ""}, receive, send)

    return wrapped


class OwnOrigin:
    """Only pages of ours open sockets: scheme, host and port of the origin must be there and be right."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if not _is_ours(_header(scope, b"origin")):
            return await nowhere(scope, receive, send)
        return await self.application(scope, receive, send)


class Cookies:
    """Reads the cookies. Whose login it is, the door asks: each time anew, and never once for all."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        cookies = parse_cookie(_header(scope, b"cookie") or "")
        return await self.application({**scope, "cookies": cookies}, receive, send)


def _header(scope: dict, name: bytes) -> str | None:
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin1") if len(found) == 1 else None


def _is_ours(origin: str | None) -> bool:
    return origin is not None and _triple(origin) in {_triple(own) for own in own_origins()}


def own_origins() -> list[str]:
    return [settings.SITE_URL, *(own for own in settings.CSRF_TRUSTED_ORIGINS if "*" not in own)]


def _triple(origin: str) -> tuple | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.scheme and parts.hostname else None

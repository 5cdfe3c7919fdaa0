"""Every socket, and who may open it: the lines of tests/doors.csv that begin with /ws/.

open      answers the hello with a state
sign in   closes with 4401
hidden    closes with 4403, as for a code that nobody has, and says nothing before
"""

import asyncio
import json
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings

from sessions.routing import websocket_urlpatterns
from tests.doors_objects import CANARY, furnish, visitors
from tests.test_doors import filled, lines
from vioport.asgi import application
from wire import codes

CLOSED_MEANS = {codes.SIGNED_OUT: "sign in", codes.NOT_YOURS: "hidden"}
SOCKETS = sorted(address for address in lines() if address.startswith("/ws/"))


async def knock(browser, path: str) -> tuple[str, str]:
    """Say hello; return what the answer means, and all that was said."""
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    headers = [(b"origin", settings.SITE_URL.encode())]
    if cookie:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie.value}".encode()))
    line = WebsocketCommunicator(application, path, headers=headers)
    accepted, code = await line.connect()
    if not accepted:
        return CLOSED_MEANS.get(code, str(code)), ""
    await line.send_to(text_data=json.dumps({"kind": "hello", "id": str(uuid4()), "body": {}}))
    said = ""
    while True:
        output = await line.receive_output(timeout=5)
        if output["type"] == "websocket.close":
            return CLOSED_MEANS.get(output["code"], str(output["code"])), said
        said += output.get("text", "") or output.get("bytes", b"").decode()
        if '.state"' in said:
            await line.disconnect()
            return "open", said


def test_every_socket_is_in_the_table():
    assert [
        "/" + str(entry.pattern) for entry in websocket_urlpatterns if "/" + str(entry.pattern) not in SOCKETS
    ] == []
    assert len(SOCKETS) == len(websocket_urlpatterns)


@pytest.mark.parametrize("address", SOCKETS)
@pytest.mark.django_db(transaction=True)
async def test_a_socket_opens_to_those_whom_the_table_names(address, cast, a_session, signed_in):
    behind = await sync_to_async(furnish)(cast, a_session)
    line, found, wrong = lines()[address], {}, []
    for who, comes in visitors(cast, signed_in).items():
        browser = await sync_to_async(comes)()
        found[who], said = await knock(browser, filled(address, behind))
        if found[who] != "open":
            assert CANARY not in said
        if found[who] == "hidden" and "<uuid" in address:
            nobodys = await knock(browser, filled(address, behind, uuid4()))
            wrong += [] if nobodys == (found[who], said) else [f"{who} can tell that it exists"]
        await asyncio.sleep(0)
    assert (found, wrong) == ({who: line[who] for who in found}, [])

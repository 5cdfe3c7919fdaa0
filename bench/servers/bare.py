"""The limit of the language: no framework, no log, a frame built once and written to each."""

import asyncio
import sys
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

rooms = defaultdict(set)


class Member(WSListener):
    def __init__(self, room):
        self.room = rooms[room]

    def on_ws_connected(self, transport: WSTransport):
        self.transport = transport
        self.room.add(transport)

    def on_ws_disconnected(self, transport: WSTransport):
        self.room.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame):
        if frame.msg_type == WSMsgType.TEXT:
            payload = frame.get_payload_as_bytes()
            size = len(payload)
            header = bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")
            whole = header + payload
            for member in self.room:
                member.underlying_transport.write(whole)


def listener(request: WSUpgradeRequest):
    return Member(parse_qs(urlsplit(request.path.decode()).query)["room"][0])


async def main():
    server = await ws_create_server(listener, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


uvloop.install()
asyncio.run(main())

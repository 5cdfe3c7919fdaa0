"""One member in the storm: sends, resends until answered, and remembers what was heard, in which order."""

import asyncio
import json
import random
import time
import uuid

import websockets

FINAL = {4401, 4403, 4409, 4410}
LONGEST_BACK_OFF, FIRST_BACK_OFF = 4.0, 0.1


class Member:
    def __init__(
        self, name: str, cookie: str, path: str, ports: list[int], origin: str, chance: random.Random
    ):
        self.name, self.cookie, self.path, self.ports, self.origin = name, cookie, path, ports, origin
        self.chance = chance
        self.last_seq: int | None = None
        self.outbox: dict[str, dict] = {}
        self.heard: list[tuple[int, str]] = []  # (seq, text), as they came
        self.doubled = 0
        self.answered = self.refused = self.gaps = 0
        self.tries: set[asyncio.Task] = set()
        self.present_since: float | None = None
        self.present_seconds = 0.0
        self.lines_lost = 0
        self.socket: websockets.ClientConnection | None = None
        self.is_in = asyncio.Event()
        self.over = False

    # --- The line ---------------------------------------------------------------------

    async def live(self) -> None:
        back_off = FIRST_BACK_OFF
        while not self.over:
            try:
                await self._one_line()
                back_off = FIRST_BACK_OFF
            except (OSError, websockets.WebSocketException):
                pass
            self._gone()
            await asyncio.sleep(self.chance.uniform(0, back_off))
            back_off = min(back_off * 2, LONGEST_BACK_OFF)

    async def _one_line(self) -> None:
        url = f"ws://127.0.0.1:{self.chance.choice(self.ports)}{self.path}"
        headers = {"Cookie": f"sessionid={self.cookie}"}
        async with websockets.connect(
            url, additional_headers=headers, origin=self.origin, ping_interval=None, open_timeout=5
        ) as socket:
            self.socket = socket
            await self._send("hello", last_seq=self.last_seq, mode="audio")
            async for frame in socket:
                await self._hear(json.loads(frame))
            if socket.close_code in FINAL:
                raise SystemExit(f"{self.name}: closed with {socket.close_code}")

    def _gone(self) -> None:
        self.socket = None
        if self.present_since is not None:
            self.present_seconds += time.monotonic() - self.present_since
            self.present_since = None
            self.lines_lost += not self.over

    async def _send(self, kind: str, name: str = "", **body) -> None:
        await self._say({"kind": kind, "id": name or str(uuid.uuid4()), "body": body})

    async def _say(self, frame: dict) -> None:
        if self.socket is not None:
            await self.socket.send(json.dumps(frame))

    # --- Hearing ------------------------------------------------------------------------

    async def _hear(self, frame: dict) -> None:
        match frame:
            case {"kind": "are.you.there"}:
                await self._say({"kind": "still.here"})
            case {"kind": "waiting.state", "body": {"state": "not_arrived"}}:
                await self._send(
                    "arrive", place="Here", call_back="1", is_alone=True, has_headphones=True,
                    may_call_contact=True, mood=5,
                )  # fmt: skip
            case {"kind": "room.state", "seq": seq, "body": {"chat": chat}}:
                self._take_state(seq, chat)
                await self._back_in()
            case {"re": name, "seq": _}:
                if self.outbox.pop(name, None):
                    self.answered += 1
                elif self.last_seq is not None:
                    await self._back_in()  # the answer to a hello that resumed
            case {"re": name, "refused": _}:
                self.refused += 1
                asyncio.get_running_loop().call_later(1, self._try_again, name)
            case {"seq": seq}:
                await self._take_event(seq, frame)

    def _take_state(self, seq: int, chat: list[dict]) -> None:
        for entry in chat:
            if entry["seq"] > (self.last_seq or 0):
                self.heard.append((entry["seq"], entry["text"]))
        self.last_seq = seq

    def _try_again(self, name: str) -> None:
        if name in self.outbox:
            again = self._send("chat.say", name, **self.outbox[name])
            self.tries.add(asyncio.get_running_loop().create_task(again))

    async def _take_event(self, seq: int, frame: dict) -> None:
        if self.last_seq is None or seq > self.last_seq + 1:
            self.gaps += 1
            await self._send("catch.up", last_seq=self.last_seq)
            return
        if seq <= self.last_seq:
            return
        self.last_seq = seq
        if frame.get("kind") == "chat.said":
            self.doubled += any(text == frame["body"]["text"] for _seq, text in self.heard)
            self.heard.append((seq, frame["body"]["text"]))

    async def _back_in(self) -> None:
        self.is_in.set()
        if self.present_since is None:
            self.present_since = time.monotonic()
            for name, body in list(self.outbox.items()):
                await self._send("chat.say", name, **body)

    # --- Speaking -----------------------------------------------------------------------

    async def talk(self, until: float) -> None:
        await self.is_in.wait()
        while time.monotonic() < until:
            name = str(uuid.uuid4())
            self.outbox[name] = {"text": f"{self.name} {name}", "to": "everyone"}
            try:
                if self.present_since is not None:
                    await self._send("chat.say", name, **self.outbox[name])
            except websockets.WebSocketException:
                pass  # it stays in the outbox
            await asyncio.sleep(self.chance.uniform(0.3, 0.9))

    async def leave(self) -> None:
        self.over = True
        await self._send("goodbye")
        self._gone()


class Leader(Member):
    """Lets everyone in."""

    async def _hear(self, frame: dict) -> None:
        await super()._hear(frame)
        if frame.get("kind") in ("room.state", "door.changed"):
            await self._send("door.admit_all")

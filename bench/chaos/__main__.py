"""`make chaos SEED=1 SECONDS=60`: two servers over one SQLite file, ten members, kill -9 at random.

News between the two servers travels by the log and its tick alone: there is no Redis. The last line tells
what was lost, doubled or put in another order, and how far the attendance record is from the truth, in
seconds per lost line, for the member with the largest error.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.chaos.member import Leader, Member

TOP = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
STANDSTILL_SECONDS = 30


class Servers:
    """Two Daphne processes with one database between them."""

    def __init__(self, folder: Path, ports: list[int], chance: random.Random):
        self.folder, self.ports, self.chance = folder, ports, chance
        self.origin = f"http://localhost:{ports[0]}"
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DEBUG": "0",
            "SECRET_KEY": "only-for-chaos-0123456789-abcdefghijklmnopqrstuvwxyz",
            "FIELD_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "DATABASE_URL": f"sqlite:///{folder / 'chaos.sqlite3'}",
            "EPHEMERAL_KEYS_URL": f"file://{folder / 'keys'}",
            "STATIC_ROOT": str(folder / "static"),
            "REDIS_URL": "",
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "SITE_URL": self.origin,
            "CSRF_TRUSTED_ORIGINS": self.origin,
        }
        self.log = (folder / "servers.log").open("ab")
        self.running: dict[int, subprocess.Popen] = {}

    def manage(self, *arguments: str, told: Path | None = None) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=TOP,
            env=self.environment,
            input=told and told.read_text(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        return done.stdout.strip()

    def ask(self, script: Path) -> dict:
        # exec, because the shell reads its input as if it were typed: blank lines would end functions.
        wrapped = f"exec(compile(open({str(script)!r}).read(), {script.name!r}, 'exec'), {{}})"
        return json.loads(self.manage("shell", "--no-imports", "-v", "0", "-c", wrapped).splitlines()[-1])

    def start(self, port: int) -> None:
        command = [sys.executable, "-m", "vioport.serve", "--port", str(port)]
        self.running[port] = subprocess.Popen(
            command, cwd=TOP, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def kill(self, port: int) -> None:
        self.running[port].send_signal(signal.SIGKILL)
        self.running[port].wait()

    def stop(self) -> None:
        for server in self.running.values():
            server.terminate()
        for server in self.running.values():
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
        self.log.close()

    async def storm(self, until: float) -> int:
        """Kill one of the two every few seconds and start it again at once. Returns how often."""
        kills = 0
        while time.monotonic() < until - 5:
            await asyncio.sleep(self.chance.uniform(3, 6))
            port = self.chance.choice(self.ports)
            self.kill(port)
            self.start(port)
            kills += 1
        return kills


async def weather(servers: Servers, seconds: int) -> tuple[list[Member], int]:
    clinic = servers.ask(HERE / "clinic.py")
    for port in servers.ports:
        servers.start(port)
    people = [
        (Leader if name == clinic["leader"] else Member)(
            name,
            cookie,
            clinic["path"],
            servers.ports,
            servers.origin,
            random.Random(servers.chance.random()),
        )
        for name, cookie in clinic["people"].items()
    ]
    lives = [asyncio.create_task(person.live()) for person in people]
    await asyncio.wait_for(asyncio.gather(*(person.is_in.wait() for person in people)), 90)
    members = [person for person in people if not isinstance(person, Leader)]
    until = time.monotonic() + seconds
    talks = [asyncio.create_task(member.talk(until)) for member in members]
    kills = await servers.storm(until)
    await asyncio.gather(*talks)
    await settle(members)
    await asyncio.gather(*(person.leave() for person in people))
    await asyncio.wait(lives, timeout=10)
    return members, kills


async def settle(members: list[Member]) -> None:
    """Wait until every outbox is empty and everyone stands at the same event, or nothing moves any more."""
    last, moved_at = None, time.monotonic()
    while time.monotonic() - moved_at < STANDSTILL_SECONDS:
        unsent, heard = [len(m.outbox) for m in members], [len(m.heard) for m in members]
        if not any(unsent) and len(set(heard)) == 1:
            return
        if (unsent, heard) != last:
            last, moved_at = (unsent, heard), time.monotonic()
        await asyncio.sleep(0.5)


def report(members: list[Member], kills: int, found: dict) -> bool:
    sent = sum(member.answered + len(member.outbox) for member in members)
    lost = sum(sent - len({text for _seq, text in member.heard}) for member in members)
    doubled = sum(member.doubled for member in members) + found["said"] - found["commands"]
    orders = len({tuple(text for _seq, text in sorted(member.heard)) for member in members})
    errors = [abs(found["seconds"][m.name] - m.present_seconds) / max(m.lines_lost, 1) for m in members]
    lines = sum(member.lines_lost for member in members)
    holes = "yes" if found["holes"] else "none"
    gaps, unsent = sum(m.gaps for m in members), sum(len(m.outbox) for m in members)
    print(f"{kills} kills, {lines} lines lost by members, holes in the log: {holes}")
    print(f"{gaps} gaps noticed and closed, {unsent} commands never answered (counted as lost)")
    if lost or doubled or orders > 1:
        for m in members:
            print(f"  {m.name}: heard {len(m.heard)}, unsent {len(m.outbox)}, refused {m.refused}")
    print(
        f"sent={sent} lost={lost} doubled={doubled} orders={orders} attendance_error_max={max(errors):.1f}s"
    )
    return lost == doubled == 0 and orders == 1 and not found["holes"] and max(errors) <= 10


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--ports", type=int, nargs=2, default=[8471, 8472])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(Path(folder), given.ports, random.Random(given.seed))
        servers.manage("migrate", "-v", "0")
        try:
            members, kills = asyncio.run(weather(servers, given.seconds))
            all_right = report(members, kills, servers.ask(HERE / "verdict.py"))
        finally:
            servers.stop()
            if os.environ.get("CHAOS_LOG"):
                Path(os.environ["CHAOS_LOG"]).write_bytes((Path(folder) / "servers.log").read_bytes())
    sys.exit(0 if all_right else 1)


if __name__ == "__main__":
    main()

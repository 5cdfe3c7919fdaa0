"""CPU per delivery, and delay, of one word said in a room of twelve: ours against what others offer.

Server and Redis share one core, the crowd has the other; all servers take turns in every round, and a figure
is the median of its rounds. Ratios are of figures of one run, since machines differ.
"""

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable

from bench import _servers as servers
from bench._servers import Server

ROOMS, MEMBERS = 30, 12
RATE, QUIET_ROOMS = 720, 20


def measure(rounds: int = 3, seconds: float = 2.5) -> dict:
    """Measure all servers in turn, `rounds` times."""
    there = servers.available()
    busy, split, delay = defaultdict(list), defaultdict(list), defaultdict(list)
    for number in range(rounds):
        print(f"fan-out, round {number + 1} of {rounds}", flush=True)
        for server in _only(there, there, but=[servers.SOCKETIO_ALONE]):
            busy[server.name].append(saturated(server, 1, seconds))
        for server in _only(there, [servers.OURS_LOGGED, servers.SOCKETIO]):
            split[server.name].append(saturated(server, 2, seconds))
        for server in _only(there, [servers.OURS_LOGGED, servers.TUTORIAL, servers.SOCKETIO_ALONE]):
            delay[server.name].append(delayed(server, seconds))
    return _report(busy, split, delay)


def _only(there: list[Server], wanted: Iterable[Server], but: Iterable[Server] = ()) -> list[Server]:
    return [server for server in wanted if server in there and server not in but]


def saturated(server: Server, processes: int, seconds: float) -> dict:
    """CPU seconds of server and Redis per 100,000 deliveries, as fast as it will go."""
    return _crowd(server, processes, ROOMS, {"seconds": seconds, "warm": 1.0, "in_flight": 2})


def delayed(server: Server, seconds: float) -> dict:
    """How long a word takes at a moderate, steady rate."""
    return _crowd(server, 1, QUIET_ROOMS, {"seconds": seconds, "rate": RATE})


def _crowd(server: Server, processes: int, rooms: int, asked: dict) -> dict:
    with servers.running(server, processes, rooms) as (ports, pids, names):
        asked |= {"speaks": server.speaks, "members": MEMBERS, "size": server.size}
        asked |= {"ports": ports, "pids": pids, "rooms": names}
        crowd = subprocess.run(
            [sys.executable, "-m", "bench._crowd"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            cwd=servers.ROOT,
            preexec_fn=servers.core(1),
            timeout=120,
        )
    if crowd.returncode:
        raise RuntimeError(f"{server.name}: {crowd.stderr[-500:]}")
    return json.loads(crowd.stdout)


def _report(busy: dict, split: dict, delay: dict) -> dict:
    cost = {name: _cost(runs) for name, runs in busy.items()}
    halves = {f"{name}, split over two": _cost(runs) for name, runs in split.items()}
    rows = [_row(name, runs, cost[name], delay.get(name)) for name, runs in busy.items()]
    rows += [_row(f"{name}, split over two", runs, _cost(runs), None) for name, runs in split.items()]
    rows += [_row(name, [], None, runs) for name, runs in delay.items() if name not in busy]
    return {"rows": rows, "ratios": _ratios(cost, halves, delay), "notes": NOTES}


def _cost(runs: list[dict]) -> float:
    return statistics.median(run["cpu"] / run["deliveries"] * 100_000 for run in runs if run["deliveries"])


def _row(name: str, runs: list[dict], cost: float | None, delays: list[dict] | None) -> dict:
    return {
        "server": name,
        "CPU s per 100k": cost,
        "deliveries/s": round(statistics.median(run["deliveries"] / run["seconds"] for run in runs))
        if runs
        else None,
        "lost": sum(run["lost"] for run in [*runs, *(delays or [])]),
        "p50 ms": statistics.median(run["p50"] for run in delays) if delays else None,
        "p99 ms": statistics.median(run["p99"] for run in delays) if delays else None,
    }


def _ratios(cost: dict, halves: dict, delay: dict) -> dict:
    """The goals G1 to G4. A peer that could not run here leaves its goal out."""
    ours, logged = cost[servers.OURS.name], cost[servers.OURS_LOGGED.name]
    ratios = {}
    if node := cost.get(servers.SOCKETIO.name):
        ratios["G1 delivery / socket.io + Redis (goal 0.45)"] = ours / node
        ratios["G1 log included / socket.io + Redis"] = logged / node
        two = {name.split(",")[0]: value for name, value in halves.items()}
        ratios["G1 split, log included / socket.io + Redis split (goal 0.40)"] = (
            two["vioport"] / two["socket.io + Redis"]
        )
    if bare := cost.get(servers.BARE.name):
        ratios["G2 delivery / bare Python (goal 1.5)"] = ours / bare
        ratios["G2 log included / bare Python"] = logged / bare
    if tutorial := cost.get(servers.TUTORIAL.name):
        ratios["G3 tutorial / delivery (goal 35)"] = tutorial / ours
        ratios["G3 tutorial / log included"] = tutorial / logged
    for peer, goal in ((servers.SOCKETIO_ALONE, 0.8), (servers.TUTORIAL, 0.25)):
        for at in ("p50", "p99"):
            if peer.name in delay:
                mine, theirs = (_middle(delay[name], at) for name in (servers.OURS_LOGGED.name, peer.name))
                ratios[f"G4 {at} / {peer.name} (goal {goal})"] = mine / theirs
    return ratios


def _middle(runs: list[dict], at: str) -> float:
    return statistics.median(run[at] for run in runs)


NOTES = [
    "delivery: parsed, counted, numbered, audience checked, doorbell rung; the event is not written down",
    "log included: also asked at the door and written to SQLite in a transaction; nobody else here does that",
    "bare Python: picows and uvloop, no framework, no Redis, no seq: the limit of the language",
]

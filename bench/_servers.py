"""The servers that are compared: how each is started, on the one core that they all get in turn."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = ROOT / "var" / "bench"  # what we are compared to is installed here, and belongs to nobody else
FRAME = 230  # bytes of JSON that each member gets, whoever serves it


@dataclass(frozen=True)
class Server:
    name: str
    speaks: str
    command: tuple[str, ...]  # {port} is filled in
    overhead: int  # bytes of its frame around the text
    environment: dict = field(default_factory=dict)
    needs_redis: bool = True

    @property
    def size(self) -> int:
        return FRAME - self.overhead


def daphne(module: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-m",
        "daphne",
        "-v",
        "0",
        "-b",
        "127.0.0.1",
        "-p",
        "{port}",
        f"{module}:application",
    )


NODE = ("node", str(PEERS / "socketio.mjs"), "{port}")
OURS = Server("vioport, delivery", "ours", daphne("ours"), 88, {"LOG": "memory"})
OURS_LOGGED = Server("vioport, log included", "ours", daphne("ours"), 88, {"LOG": "database"})
TUTORIAL = Server("Channels tutorial", "plain", daphne("tutorial"), 28)
SOCKETIO = Server("socket.io + Redis", "socketio", NODE, 22)
SOCKETIO_ALONE = Server("socket.io alone", "socketio", NODE, 22, {"REDIS_URL": ""})
BARE = Server("bare Python", "plain", (sys.executable, str(HERE / "servers" / "bare.py"), "{port}"), 28)


def available() -> list[Server]:
    """All servers that this machine can run; what is missing is said once."""
    servers = [OURS, OURS_LOGGED]
    if shutil.which("redis-server"):
        servers.append(TUTORIAL)
    if _has_socketio():
        servers += [SOCKETIO, SOCKETIO_ALONE]
    if _has_picows():
        servers.append(BARE)
    return servers


def _has_socketio() -> bool:
    if not shutil.which("npm") or not shutil.which("redis-server"):
        print("no socket.io in this run: npm and redis-server are needed")
        return False
    PEERS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "servers/socketio.mjs"):
        shutil.copy(HERE / name, PEERS)
    if (PEERS / "node_modules" / "socket.io").exists():
        return True
    return _works("npm", "ci", "--no-audit", "--no-fund", cwd=PEERS)


def _has_picows() -> bool:
    if (PEERS / "python" / "picows").exists():
        return True
    wanted = str(HERE / "requirements.txt")
    target = str(PEERS / "python")
    return _works(
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--require-hashes",
        "--no-deps",
        "-t",
        target,
        "-r",
        wanted,
    )


def _works(*command: str, cwd: Path = ROOT) -> bool:
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=180)
    if done.returncode:
        print(f"left out: {' '.join(command[:3])} did not work")
    return done.returncode == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def core(number: int):
    """Servers share one core, the crowd has another, where there are two. What else runs has to wait."""

    def bind():
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(0, {number})
        with suppress(PermissionError):
            os.nice(-10)

    return bind


def started(command: tuple[str, ...], port: int, environment: dict) -> subprocess.Popen:
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        env=os.environ | environment,
        preexec_fn=core(0),
        cwd=HERE / "servers",
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("BENCH_VERBOSE") else subprocess.DEVNULL,
    )
    _wait_for(port, process)
    return process


def _wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} did not start")


@contextmanager
def running(server: Server, processes: int, rooms: int):
    """Start a server afresh; yields its ports, the pids to be charged, and the rooms' names."""
    stopped: list[subprocess.Popen] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPATH": f"{ROOT}{os.pathsep}{PEERS / 'python'}{os.pathsep}{HERE / 'servers'}"}
        try:
            if shutil.which("redis-server"):
                port = free_port()
                redis = (
                    "redis-server",
                    "--port",
                    "{port}",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--dir",
                    folder,
                )
                stopped.append(started(redis, port, {}))
                environment["REDIS_URL"] = f"redis://127.0.0.1:{port}"
            if server.speaks == "ours":
                environment["BENCH_DATABASE"] = f"{folder}/bench.sqlite3"
                _make_streams(environment, rooms)
            ports = [free_port() for _ in range(processes)]
            for port in ports:
                stopped.append(started(server.command, port, environment | server.environment))
            yield ports, [process.pid for process in stopped], list(range(1, rooms + 1))
        finally:
            for process in reversed(stopped):
                process.kill()
                process.wait()


def _make_streams(environment: dict, count: int) -> None:
    code = (
        "import ours; from django.core.management import call_command as call;"
        "from wire.models import Stream;"
        f"call('migrate', 'wire', verbosity=0); Stream.objects.bulk_create(Stream() for _ in range({count}))"
    )
    subprocess.run([sys.executable, "-c", code], env=os.environ | environment, cwd=ROOT, check=True)

"""`make run`: a demo clinic on this machine, on SQLite, with nothing else to install.

PORT=8000 python3 deploy/run.py
"""

import base64
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

import prepare
from prepare import PYTHON, TOP, VAR, say, stop

ENVIRONMENT = os.path.join(VAR, "demo.env")
DATABASE = os.path.join(VAR, "demo.sqlite3")
LOCK = os.path.join(VAR, "demo.lock")
SECONDS_TO_START = 60

WHAT_TO_TRY = """
  vioport is running at {url}

  Try first:  {url}/demo/   sign in as anyone of the demo clinic with one click.
              Open a second browser (or a private window) and sign in as somebody else:
              Maya leads the Tuesday group that meets now, June is a patient in it.
  Alone?      make members      lets six simulated members knock, arrive and take part.
  Stop:       Ctrl-C. Nothing here is real, and nothing leaves this machine.
"""


def chosen_port():
    try:
        port = int(os.environ.get("PORT") or 8000)
        if 0 < port < 65536:
            return port
    except ValueError:
        pass
    return stop("PORT must be a number from 1 to 65535, like: make run PORT=8001")


def take_the_lock():
    """Hold the demo's lock for as long as this process lives; two of them would share one database."""
    lock = open(LOCK, "a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        with lock:
            where = lock.read()
        stop("The demo already runs from this folder, at %s. Stop that one first (Ctrl-C)." % where)
    return lock


def a_free_port(after):
    """The next port that nobody has, or any that the machine gives."""
    for port in (*range(after + 1, min(after + 50, 65536)), 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as probe:
                return probe.getsockname()[1]
        except OSError:
            pass
    return 8000


def check_port(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno in (98, 48):
                stop(
                    "Port %d is taken by another program. This one is free: make run PORT=%d"
                    % (port, a_free_port(port))
                )
            if error.errno == 13:
                stop("Port %d is not for ordinary programs. Choose one above 1023: make run PORT=8000" % port)


def read_environment():
    try:
        with open(ENVIRONMENT) as file:
            return dict(line.strip().split("=", 1) for line in file if "=" in line)
    except OSError:
        return {}


def demo_environment(url):
    """Return the demo's settings. Its secrets are made once and stay on this machine."""
    kept = read_environment()
    if not kept and os.path.exists(DATABASE):
        os.remove(DATABASE)  # sealed under keys that are gone
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    demo = {
        "DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(50),
        "FIELD_KEYS": kept.get("FIELD_KEYS") or "demo:" + key,
        "DATABASE_URL": "sqlite:///" + DATABASE,
        "STATIC_ROOT": os.path.join(VAR, "static"),
        "REDIS_URL": "",
        "EMAIL_URL": "filemail:///" + os.path.join(VAR, "mail"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": url,
        "CSRF_TRUSTED_ORIGINS": url + "," + url.replace("localhost", "127.0.0.1"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    file = os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(file, "w") as out:
        out.writelines("%s=%s\n" % item for item in demo.items())
    return {**os.environ, **demo}


def seed(environment):
    """Fill the demo. What goes wrong is said in its last line: the disk is full, say."""
    done = subprocess.run(
        [PYTHON, "manage.py", "demo"], cwd=TOP, env=environment, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        stop(
            "The demo could not be prepared: %s\n`make run` tries again; `make demo-reset` begins afresh."
            % why
        )


def serve(port, environment, lock):
    """Start the server, which holds the lock too."""
    server = [PYTHON, "-m", "vioport.serve", "--port", str(port)]
    return subprocess.Popen(server, cwd=TOP, env=environment, pass_fds=[lock.fileno()])


def wait_until_up(port, server):
    for _ in range(SECONDS_TO_START * 10):
        if server.poll() is not None:
            stop("The server ended by itself; the lines above say why.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    server.kill()
    stop("The server did not answer within %d s." % SECONDS_TO_START)


def stay_until_stopped(server):
    """Pass a stop on to the server, once, and wait for it."""
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        code = server.wait()
    except KeyboardInterrupt:
        code = server.wait()
    say("\nStopped. `make run` goes on where you left off.")
    sys.exit(0 if code in (0, 130, -2, -15) else code)


def main():
    prepare.use_a_new_enough_python()
    port = chosen_port()
    url = "http://localhost:%d" % port
    prepare.check_disk(60)
    lock = take_the_lock()
    check_port(port)
    lock.truncate(0)
    lock.write(url)
    lock.flush()
    prepare.prepare("core")
    environment = demo_environment(url)
    seed(environment)
    server = serve(port, environment, lock)
    wait_until_up(port, server)
    say(WHAT_TO_TRY.format(url=url))
    stay_until_stopped(server)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)

"""Daphne as vioport runs it: `python -m vioport.serve --port 8000`.

Messages are bounded, and a silent line is found within 15 s (as Daphne comes, in 42 s). It is wire's doing
that browsers are told to move before the end.
"""

import argparse

from daphne.cli import CommandLineInterface

APPLICATION = "vioport.asgi:application"
LARGEST_MESSAGE = "32768"


def options(bind: str, port: int) -> list[str]:
    """What Daphne is told."""
    where = ["-b", bind, "-p", str(port), "-v", "0", "--no-server-name"]
    lines = ["--ping-interval", "8", "--ping-timeout", "7", "--websocket_timeout", "-1"]
    sizes = ["--websocket-max-message-size", LARGEST_MESSAGE, "--websocket-max-frame-size", LARGEST_MESSAGE]
    return [*where, *lines, *sizes, APPLICATION]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--bind", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8000)
    given = asked.parse_args()
    CommandLineInterface().run(options(given.bind, given.port))


if __name__ == "__main__":
    main()

"""Sound and picture through a relay alone, as production has it: nobody learns anybody's address."""

import shutil
import subprocess

import pytest

from tests.e2e.in_the_room import admit, arrive, go_in, go_to_room, is_in, sees, sees_pictures, turn_on_camera
from tests.e2e.people import newcomer
from tests.e2e.server import Server, free_port
from tests.e2e.test_first_group import SESSION_NOW

SECRET = "only-for-journeys-relay-0123456789"
WAYS = """async () => {
  const ways = new Set();
  for (const one of window.connectionsOfThisPage) {
    const stats = await one.getStats();
    for (const row of stats.values())
      if (row.type === "local-candidate" || row.type === "remote-candidate") ways.add(row.candidateType);
  }
  return [...ways];
}"""

pytestmark = pytest.mark.skipif(
    shutil.which("turnserver") is None, reason="needs coturn's turnserver, which .ci/prepare test installs"
)


@pytest.fixture(scope="module")
def relay():
    """coturn on the loopback, with the secret that it shares with vioport. Gives its address."""
    port = free_port()
    command = ["turnserver", "-n", "--log-file=stdout", "--no-cli", "--no-tls", "--no-dtls"]
    command += ["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--allow-loopback-peers"]
    command += [f"--listening-port={port}", "--realm=vioport.test", "--pidfile="]
    command += ["--use-auth-secret", f"--static-auth-secret={SECRET}"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"turn:127.0.0.1:{port}"
    assert running.poll() is None, "the relay ended by itself"
    running.terminate()
    running.wait()


@pytest.fixture(scope="module")
def server(relay, tmp_path_factory, seeded):
    more = {"TURN_URLS": relay, "TURN_SECRET": SECRET, "RELAY_ONLY": "1"}
    server = Server(tmp_path_factory.mktemp("relayed"), **more).prepare(seeded).start()
    yield server
    server.stop()


def test_two_see_each_other_through_the_relay_and_by_no_other_way(server, browser):
    code = server.ask(SESSION_NOW)
    maya, june = (newcomer(browser, server.url, key).sign_in() for key in ("maya", "june"))
    go_to_room(maya, code)
    go_to_room(june, code)
    go_in(maya)
    arrive(june)
    admit(maya, "June")
    is_in(june)
    for one in (maya, june):
        sees(one, 2)
        turn_on_camera(one)
    for one in (maya, june):
        sees_pictures(one, 1)
        assert one.page.evaluate(WAYS) == ["relay"]
        assert one.complaints == []

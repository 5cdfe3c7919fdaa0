"""`make run`: a plain word before anything is begun, and nothing left behind."""

import fcntl
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from functools import partial
from types import SimpleNamespace

import pytest
from django.conf import settings

TOP = settings.BASE_DIR


@pytest.fixture
def checkout(tmp_path):
    """A folder of its own with the programs that start vioport, and all else lent from here."""
    shutil.copytree(TOP / "deploy", tmp_path / "deploy")
    for path in TOP.iterdir():
        if path.name not in {"deploy", "var", ".venv", ".git", ".env", "node_modules"}:
            (tmp_path / path.name).symlink_to(path)
    return tmp_path


def start(checkout, port, **more) -> subprocess.Popen:
    command = [sys.executable, str(checkout / "deploy/run.py")]
    environment = {**os.environ, "PORT": str(port), **more}
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=hear_ctrl_c, **piped)


def hear_ctrl_c() -> None:
    """As in a terminal. Tests that run in the background ignore it, and what they start would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def end(ran: subprocess.Popen) -> None:
    """Whatever went wrong, nothing of it stays."""
    try:
        os.killpg(ran.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    ran.communicate()


def refused(checkout, port, **more) -> str:
    """Start, and return the words with which it does not."""
    ran = start(checkout, port, **more)
    out, words = ran.communicate(timeout=60)
    assert ran.returncode == 1
    assert out == ""
    assert "Traceback" not in words
    assert not (checkout / ".venv").exists(), "nothing may have been begun"
    return words


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_said_with_one_that_is_free(checkout, taken):
    words = refused(checkout, taken)
    assert f"Port {taken} is taken" in words
    offered = int(words.strip().rpartition("=")[2])
    with socket.create_server(("127.0.0.1", offered)):
        pass


@pytest.mark.parametrize("port", ["eight thousand", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said(checkout, port):
    assert "PORT must be a number" in refused(checkout, port)


@pytest.fixture
def deploy(monkeypatch, tmp_path):
    """deploy/prepare.py and deploy/run.py as modules, with a folder of their own."""
    monkeypatch.syspath_prepend(str(TOP / "deploy"))
    prepare, run = importlib.import_module("prepare"), importlib.import_module("run")
    monkeypatch.setattr(prepare, "VAR", str(tmp_path))
    monkeypatch.setattr(run, "LOCK", str(tmp_path / "demo.lock"))
    yield SimpleNamespace(prepare=prepare, run=run, lock=tmp_path / "demo.lock")
    for name in ("prepare", "run"):
        sys.modules.pop(name)


def test_a_full_disk_is_said(deploy, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=30 * 2**20))
    with pytest.raises(SystemExit):
        deploy.prepare.check_disk(60)
    assert "30 MB are free and vioport needs 60 MB" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_said(deploy, monkeypatch, capsys, tmp_path):
    (tmp_path / "a-file").touch()
    monkeypatch.setattr(deploy.prepare, "VAR", str(tmp_path / "a-file" / "var"))
    with pytest.raises(SystemExit):
        deploy.prepare.check_disk(60)
    assert "cannot write to" in capsys.readouterr().err


def test_an_old_python_is_said_or_a_newer_one_is_used(deploy, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        deploy.prepare.use_a_new_enough_python()
    assert "needs Python 3.11 or newer; this is 3.9." in capsys.readouterr().err
    went_on = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(os, "execv", lambda program, arguments: went_on.append(program) or sys.exit(0))
    with pytest.raises(SystemExit):
        deploy.prepare.use_a_new_enough_python()
    assert went_on == ["/opt/python3.12"]


def test_a_second_start_in_the_same_folder_says_where_the_first_one_is(deploy, capsys):
    with deploy.lock.open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.write("http://localhost:8123")
        first.flush()
        with pytest.raises(SystemExit):
            deploy.run.take_the_lock()
    assert "already runs from this folder, at http://localhost:8123" in capsys.readouterr().err
    deploy.run.take_the_lock().close()


def test_a_disk_that_fills_up_meanwhile_is_said_in_a_line(deploy, monkeypatch, capsys, tmp_path):
    (tmp_path / "manage.py").write_text("raise OSError('database or disk is full')")
    monkeypatch.setattr(deploy.run, "TOP", str(tmp_path))
    monkeypatch.setattr(deploy.run, "PYTHON", sys.executable)
    with pytest.raises(SystemExit):
        deploy.run.seed(dict(os.environ))
    told = capsys.readouterr().err
    assert told.startswith("The demo could not be prepared: OSError: database or disk is full")
    assert "Traceback" not in told


def test_it_starts_stops_at_a_word_and_starts_again_and_leaves_nothing_behind(checkout, request):
    (checkout / ".venv").symlink_to(os.path.realpath(sys.prefix))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for word in (signal.SIGTERM, signal.SIGINT):
        ran = start(checkout, port)
        request.addfinalizer(partial(end, ran))
        lines = iter(ran.stdout.readline, "")
        assert any(f"running at http://localhost:{port}" in line for line in lines), ran.stderr.read()
        with urllib.request.urlopen(f"http://localhost:{port}/demo/", timeout=30) as page:
            assert b"Maya" in page.read()
        if word is signal.SIGINT:
            os.killpg(ran.pid, word)  # Ctrl-C goes to everyone who is started from that terminal
        else:
            ran.send_signal(word)
        _out, complaints = ran.communicate(timeout=60)
        assert (ran.returncode, "Traceback" in complaints) == (0, False), complaints
        with socket.create_server(("127.0.0.1", port)), (checkout / "var/demo.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody who held it is left

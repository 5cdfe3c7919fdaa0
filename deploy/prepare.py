"""Make the environment: `.venv/` with the locked packages. Standard library only, old Pythons included.

    python3 deploy/prepare.py [core] [dev]

Every reason not to begin is a plain sentence, said before anything is begun.
"""

import hashlib
import os
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(TOP, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
VAR = os.path.join(TOP, "var")
OLDEST = (3, 11)
MEGABYTES = {"core": 400, "dev": 1200}


def say(words):
    print(words, flush=True)


def stop(words):
    """End with a plain message instead of a traceback."""
    sys.stderr.write(words + "\n")
    sys.exit(1)


def use_a_new_enough_python():
    """Go on under Python 3.11 or newer: this one, or another that is installed."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, *sys.argv])
    stop(
        "vioport needs Python 3.11 or newer; this is %d.%d. Install it, then run the same command again."
        % sys.version_info[:2]
    )


def check_disk(megabytes):
    """Stop unless this folder can be written to and has room."""
    try:
        os.makedirs(VAR, exist_ok=True)
        probe = os.path.join(VAR, "can-write")
        with open(probe, "w") as file:
            file.write("yes")
        os.remove(probe)
    except OSError as error:
        stop("vioport cannot write to %s (%s). Free some space or check who owns it." % (VAR, error.strerror))
    free = shutil.disk_usage(VAR).free // 2**20
    if free < megabytes:
        stop(
            "The disk is nearly full: %d MB are free and vioport needs %d MB. Free some and try again."
            % (free, megabytes)
        )


def _lock_file(name):
    return os.path.join(TOP, "requirements", name + ".txt")


def _fingerprint(name):
    with open(_lock_file(name), "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode()).hexdigest()


def _stamp(name):
    return os.path.join(VENV, "installed-" + name)


def is_current(name):
    """Whether `.venv/` holds what the lock file `name` says. A linked `.venv` is somebody else's care."""
    if os.path.islink(VENV):
        return True
    try:
        with open(_stamp(name)) as file:
            return file.read() == _fingerprint(name) and os.path.exists(PYTHON)
    except OSError:
        return False


def _pip(*arguments):
    return subprocess.call([PYTHON, "-m", "pip", "--quiet", "install", "--require-hashes", *arguments])


def _install(name):
    if _pip("-r", _lock_file("installer")) == 0:
        quick = [PYTHON, "-m", "uv", "--quiet", "pip", "install", "--python", PYTHON]
        if subprocess.call([*quick, "--require-hashes", "-r", _lock_file(name)]) == 0:
            return
        say("That did not work; trying again with pip.")
    if _pip("-r", _lock_file(name)) != 0:
        stop("The packages could not be installed; the lines above say why. Is this machine online?")


def _make_venv():
    if os.path.exists(PYTHON) and os.path.exists(os.path.join(VENV, "made")):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        stop("Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv")
    open(os.path.join(VENV, "made"), "w").close()


def prepare(name):
    """Bring `.venv/` up to the lock file `name`, if it is not."""
    if is_current(name):
        return
    check_disk(MEGABYTES[name])
    say("Preparing .venv (%s) …" % name)
    _make_venv()
    _install(name)
    with open(_stamp(name), "w") as file:
        file.write(_fingerprint(name))


def main():
    use_a_new_enough_python()
    for name in sys.argv[1:] or ["core"]:
        prepare(name)


if __name__ == "__main__":
    main()

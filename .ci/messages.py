"""Bring locale/ up to date with every string of the project.

python .ci/messages.py            in this checkout (what `make messages` calls)
python .ci/messages.py FOLDER     in a copy of it, for the test that compares
"""

import shutil
import subprocess
import sys
from pathlib import Path

import polib

TOP = Path(__file__).resolve().parent.parent
LANGUAGES = ["es"]
DOMAINS = ["django", "djangojs"]
ELSEWHERE = [".venv", "node_modules", "tests", "bench", "deploy", "var", "staticfiles"]
KEPT = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms", "Language"}


def copy_sources(folder: Path) -> None:
    """Copy what git knows of, and nothing that a build left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\n"):
        if name.endswith((".py", ".html", ".txt", ".js", ".po")) and (TOP / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, folder / name)


def gather(folder: Path) -> None:
    """Write every string of `folder` into its catalogues; what was translated stays."""
    for domain in DOMAINS:
        command = [sys.executable, "manage.py", "makemessages", "-v", "0", "-d", domain]
        command += ["--no-obsolete", "--no-location", "--no-wrap"]
        command += [word for language in LANGUAGES for word in ("-l", language)]
        command += [word for name in ELSEWHERE for word in ("-i", name)]
        subprocess.run(command, cwd=folder, check=True)


def tidy(catalogue: Path) -> None:
    """Keep no dates and no tool's boilerplate: they differ at every run and tell nobody anything."""
    entries = polib.pofile(str(catalogue), wrapwidth=0)
    entries.header = ""
    entries.metadata_is_fuzzy = False
    entries.metadata = {name: value for name, value in entries.metadata.items() if name in KEPT}
    entries.metadata["Language"] = catalogue.parts[-3]
    entries.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    entries.save()
    entries.save_as_mofile(str(catalogue.with_suffix(".mo")))


def main(folder: Path) -> None:
    if folder != TOP:
        copy_sources(folder)
    gather(folder)
    for catalogue in sorted(folder.glob("locale/*/LC_MESSAGES/*.po")):
        tidy(catalogue)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TOP)

"""Every word that people read is in the catalogues, in Spanish too, and the compiled ones are the same."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

TOP = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
CATALOGUES = sorted(TOP.glob("locale/*/LC_MESSAGES/*.po"))


def named(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


def entries_of(catalogue: Path) -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(catalogue))}


def fills(words: str) -> set[str]:
    return set(PLACEHOLDER.findall(words or ""))


def test_there_are_catalogues_for_pages_and_for_scripts():
    assert {named(path) for path in CATALOGUES} == {"es/django", "es/djangojs"}


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs gettext, as `make check` says")
def test_no_string_is_missing_from_the_catalogues_and_none_is_stale(tmp_path):
    subprocess.run([sys.executable, TOP / ".ci/messages.py", tmp_path], check=True)
    for catalogue in CATALOGUES:
        fresh = entries_of(tmp_path / catalogue.relative_to(TOP))
        kept = entries_of(catalogue)
        assert fresh.keys() - kept.keys() == set(), "new words: run `make messages`, then translate them"
        assert kept.keys() - fresh.keys() == set(), "words nobody says any more: run `make messages`"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=named)
def test_everything_is_translated_and_no_guess_was_left(catalogue):
    entries = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=named)
def test_the_compiled_catalogue_says_the_same(catalogue):
    compiled = {(e.msgctxt, e.msgid): e for e in polib.mofile(str(catalogue.with_suffix(".mo")))}
    for key, entry in entries_of(catalogue).items():
        assert compiled[key].msgstr == entry.msgstr
        assert compiled[key].msgstr_plural == entry.msgstr_plural


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=named)
def test_a_translation_keeps_what_is_filled_in(catalogue):
    """A placeholder that is lost or misspelt would break the page, or leave out a name."""
    for entry in polib.pofile(str(catalogue)):
        said = fills(entry.msgid) | fills(entry.msgid_plural)
        for words in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not words or fills(words) <= said, entry.msgid
        assert fills(entry.msgid) <= fills(entry.msgstr) or entry.msgid_plural, entry.msgid

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from care.models import AgreementKind
from care.texts import FOLDER, blocks, digests_in_force, newest_version, text_of

# What people may have signed. To change a text, write a new version beside it; never change these.
PUBLISHED = {
    "confidentiality/2026-11.en.md": "a19e815df871e496eb00a9e4675e474ebc037605e533d5ecf79f4aba8cd30d49",
    "confidentiality/2026-11.es.md": "7308e1bfed6b5b072173387b8cc3f01e3c8207351f978fede5f761270d8814e3",
    "kept_chat/2026-11.en.md": "bd3248842ca7b06cb15dfcb8d1558f81690a5003cc95cb5855c5cc918e14f486",
    "kept_chat/2026-11.es.md": "2ff8f624fb65dc76f4888aec931ca11e1cfdfa4a7a264f9a7e48ce9dbf700a96",
    "telehealth/2026-11.en.md": "6a9bece963a691c69826f3ef3b739d4e198d97b91b38667a4fdfe81c13a05af5",
    "telehealth/2026-11.es.md": "93662d35d93832bc4a087e3d3954b38586fd33e73c7e1ddfc050badebb85b43f",
}


def files() -> list[Path]:
    return sorted(FOLDER.glob("*/*.md"))


def test_a_published_text_never_changes():
    now = {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files()
    }
    assert now == PUBLISHED


@pytest.mark.parametrize("kind", AgreementKind.values)
def test_every_text_exists_in_every_language(kind):
    for language, _name in settings.LANGUAGES:
        text = text_of(kind, language=language)
        assert text.version == newest_version(kind)
        assert text.language == language
    assert len(digests_in_force(kind)) == len(settings.LANGUAGES)


@pytest.mark.parametrize("kind", AgreementKind.values)
def test_both_languages_say_the_same_things_in_the_same_order(kind):
    shapes = [
        [
            (block["kind"], len(block.get("items", [])))
            for block in blocks(text_of(kind, None, language, keeps_chat=True).words)
        ]
        for language in ("en", "es")
    ]
    assert shapes[0] == shapes[1]


def test_the_reader_sees_their_own_language():
    with translation.override("es"):
        assert "Reuniones por video" in text_of("telehealth").words
    with translation.override("en-us"):
        assert "Meeting by video" in text_of("telehealth").words


@pytest.mark.parametrize(
    "path", [path for path in files() if ".en." in path.name], ids=lambda path: path.name
)
def test_the_words_are_short_enough_for_a_tired_reader(path):
    """Grade 8 or less by Flesch and Kincaid, roughly counted."""
    sentences = [line for line in re.split(r"(?<=[.?!])\s+|\n+", path.read_text()) if re.search(r"\w", line)]
    words = re.findall(r"[A-Za-z']+", path.read_text())
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade <= 8


def test_what_a_group_adds_is_part_of_its_text(cast):
    general = text_of("confidentiality", cast.tuesday)
    cast.tuesday.agreement_text = "We start on time.\r\n\r\nNobody gives advice unasked."
    own = text_of("confidentiality", cast.tuesday)
    assert "What this group adds" not in general.words
    assert own.words.endswith("## What this group adds\n\nWe start on time.\n\nNobody gives advice unasked.")
    assert own.digest != general.digest


def test_where_the_chat_is_kept_the_text_says_so_before_what_the_group_adds(cast):
    cast.tuesday.agreement_text = "We start on time."
    without = text_of("confidentiality", cast.tuesday)
    cast.program.keeps_chat = True
    kept = text_of("confidentiality", cast.tuesday)
    assert "What is written in the chat is kept" in kept.words and "chat" not in without.words
    assert kept.words.index("in the chat is kept") < kept.words.index("What this group adds")
    assert kept.digest != without.digest and kept.version != without.version
    assert text_of("telehealth").words == text_of("telehealth", keeps_chat=False).words


def test_a_text_is_cut_into_what_a_page_can_draw():
    cut = list(blocks("# Title\n\n## Part\n\n- one\n- two\n\nJust\nwords <b>\n"))
    assert [block["kind"] for block in cut] == ["title", "heading", "list", "paragraph"]
    assert cut[2]["items"] == ["one", "two"]
    assert cut[3]["words"] == "Just\nwords <b>"

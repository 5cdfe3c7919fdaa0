"""The texts people agree to, in our own plain words. One file per kind, version and language.

A text that somebody may have signed is never edited: a new version is a new file with a later name, and
everyone is asked again. What a group adds of its own stands at the end of its confidentiality agreement.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from care.models import AgreementKind
from groups.models import GroupKind, TherapyGroup

FOLDER = Path(__file__).parent
WITHOUT_PEERS = frozenset({GroupKind.INDIVIDUAL, GroupKind.MEDICATION})


@dataclass(frozen=True)
class Text:
    """One text exactly as it is shown."""

    kind: str
    version: str
    language: str
    words: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()


def text_of(kind: str, group: TherapyGroup | None = None, language: str = "") -> Text:
    """Return the text of `kind` now in force, in the reader's language unless told."""
    version = newest_version(kind)
    language = language or _spoken()
    words = _read(kind, version, language)
    general, _line, heading = words.partition("\n---\n")
    own = group.agreement_text.replace("\r\n", "\n").strip() if group else ""
    words = f"{general.strip()}\n\n{heading.strip()}\n\n{own}" if own else general.strip()
    return Text(kind, version, language, words)


def digests_in_force(kind: str, group: TherapyGroup | None = None) -> set[str]:
    """Return the digests of the text now in force in every language: any of them counts as agreed."""
    return {text_of(kind, group, language).digest for language, _name in settings.LANGUAGES}


def needs_confidentiality(group: TherapyGroup) -> bool:
    """Whether there are peers in `group` whose words must be kept."""
    return group.kind not in WITHOUT_PEERS


@cache
def newest_version(kind: str) -> str:
    return max(path.name.split(".")[0] for path in (FOLDER / AgreementKind(kind).value).glob("*.md"))


def blocks(words: str) -> Iterator[dict]:
    """Cut a text into titles, headings, lists and paragraphs for a template to draw."""
    for part in words.split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("# "):
            yield {"kind": "title", "words": lines[0][2:]}
        elif lines[0].startswith("## "):
            yield {"kind": "heading", "words": lines[0][3:]}
        elif all(line.startswith("- ") for line in lines):
            yield {"kind": "list", "items": [line[2:] for line in lines]}
        else:
            yield {"kind": "paragraph", "words": "\n".join(lines)}


def _spoken() -> str:
    spoken = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@cache
def _read(kind: str, version: str, language: str) -> str:
    return (FOLDER / kind / f"{version}.{language}.md").read_text()

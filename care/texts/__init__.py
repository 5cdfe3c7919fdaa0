"""The texts people agree to, in our own plain words. One file per kind, version and language.

A text that somebody may have signed is never edited: a new version is a new file with a later name, and
everyone is asked again. What a group adds of its own stands at the end of its confidentiality agreement;
before it, where the program keeps what is written in the room's chat, it says so.
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
KEPT_CHAT = "kept_chat"
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


def text_of(
    kind: str, group: TherapyGroup | None = None, language: str = "", *, keeps_chat: bool | None = None
) -> Text:
    """Return the text of `kind` now in force: in the reader's language and as the program is, unless told."""
    version, language = newest_version(kind), language or _spoken()
    general, _line, heading = _read(kind, version, language).partition("\n---\n")
    parts = [general]
    if says_chat_is_kept(kind, group) if keeps_chat is None else keeps_chat:
        version += "+chat"
        parts.append(_read(KEPT_CHAT, newest_version(KEPT_CHAT), language))
    if own := group.agreement_text.replace("\r\n", "\n").strip() if group else "":
        parts += [heading, own]
    return Text(kind, version, language, "\n\n".join(part.strip() for part in parts))


def says_chat_is_kept(kind: str, group: TherapyGroup | None) -> bool:
    """Whether the text of `kind` says today that what is written in the room of `group` is kept."""
    if group is None or kind != AgreementKind.GROUP_CONFIDENTIALITY:
        return False
    return needs_confidentiality(group) and group.program.keeps_chat


def digests_in_force(kind: str, group: TherapyGroup | None = None) -> set[str]:
    """Return the digests of the text now in force in every language: any of them counts as agreed.

    With the words about the chat and without: nobody stays out of their group because of those.
    """
    return _digests(kind, group) | (_digests(kind, group, keeps_chat=True) if group else set())


def digests_asked_for(kind: str, group: TherapyGroup | None = None) -> set[str]:
    """Return the digests of what somebody is asked to agree to today: the words about the chat included."""
    asks = says_chat_is_kept(kind, group)
    return _digests(kind, group, keeps_chat=True) if asks else digests_in_force(kind, group)


def _digests(kind: str, group: TherapyGroup | None, *, keeps_chat: bool = False) -> set[str]:
    languages = [language for language, _name in settings.LANGUAGES]
    return {text_of(kind, group, language, keeps_chat=keeps_chat).digest for language in languages}


def needs_confidentiality(group: TherapyGroup) -> bool:
    """Whether there are peers in `group` whose words must be kept."""
    return group.kind not in WITHOUT_PEERS


@cache
def newest_version(folder: str) -> str:
    return max(path.name.split(".")[0] for path in (FOLDER / folder).glob("*.md"))


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
def _read(folder: str, version: str, language: str) -> str:
    return (FOLDER / folder / f"{version}.{language}.md").read_text()

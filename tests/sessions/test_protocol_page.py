"""PROTOCOL.md and the types say the same."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from sessions.protocol import COMMANDS, EPHEMERAL, EVENTS, shapes
from sessions.services.commands import VERBS

PAGE = (Path(__file__).parents[2] / "sessions" / "PROTOCOL.md").read_text()
SHAPES = {"person": shapes.Person, "door card": shapes.DoorCard, "roster row": shapes.RosterRow}
BY_THE_SOCKET = {"hello", "still.here", "goodbye", "catch.up"}


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the table under `heading`, by kind."""
    table = PAGE.split(heading, 1)[1].split("\n\n", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}


def named(cell: str) -> dict[str, bool]:
    """The fields that a cell names, and whether each may be left out."""
    cell = re.sub(r"\{[^}]*\}", "", cell)
    return {
        name: "optional" in (about or "") for name, about in re.findall(r"`(\w+)`(?: \(([^)]*)\))?", cell)
    }


def may_be_left_out(kind: type) -> dict[str, bool]:
    return {field.name: field.default is not MISSING for field in fields(kind)}


COMMAND_ROWS = rows("| kind | who | body | what it does |\n")
EPHEMERAL_ROWS = rows("| kind | body | |\n")
EVENT_ROWS = rows("| kind | body | audience |\n")


def test_the_page_lists_every_command_and_no_other():
    assert COMMAND_ROWS.keys() == COMMANDS.keys()
    assert EPHEMERAL_ROWS.keys() == EPHEMERAL.keys()


@pytest.mark.parametrize("kind", COMMANDS)
def test_the_page_says_who_may_say_it_and_how(kind):
    who, body, _does = COMMAND_ROWS[kind]
    assert who == COMMANDS[kind].BY.value
    assert named(body) == may_be_left_out(COMMANDS[kind])


@pytest.mark.parametrize("kind", EPHEMERAL)
def test_the_page_says_what_short_lived_words_hold(kind):
    assert named(EPHEMERAL_ROWS[kind][0]).keys() == may_be_left_out(EPHEMERAL[kind]).keys()


def test_the_page_lists_every_event_and_no_other():
    assert EVENT_ROWS.keys() == EVENTS.keys()


@pytest.mark.parametrize("kind", EVENTS)
def test_the_page_says_what_an_event_holds_and_who_hears_it(kind):
    body, audience = EVENT_ROWS[kind]
    shape = re.match(r"a \*(.+?)\*", body)
    told = may_be_left_out(SHAPES[shape[1]]) if shape else named(body)
    assert told.keys() == may_be_left_out(EVENTS[kind]).keys()
    assert re.split(r"[;(:]", audience)[0].strip() == EVENTS[kind].TO.value
    assert ("sealed" in audience) == EVENTS[kind].SEALED


@pytest.mark.parametrize("name, shape", [*SHAPES.items(), ("call", shapes.Call)])
def test_the_page_says_what_a_shape_holds(name, shape):
    text = re.search(rf"^\*{name}\*: (.*?)\n\n", PAGE, re.M | re.S)[1].split("Nothing else")[0]
    assert named(text).keys() == {field.name for field in fields(shape)}


def test_every_command_has_its_verb():
    assert {command.KIND for command in VERBS} | BY_THE_SOCKET == COMMANDS.keys()


def test_what_people_write_is_sealed():
    free_text = {"text", "message", "call_back", "arrival", "by", "kind", "raised_at", "place", "apology"}
    for event in EVENTS.values():
        private = {field.name for field in fields(event)} & free_text
        assert event.SEALED or not private - {"by"}, event

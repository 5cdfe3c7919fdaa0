"""Every act that is recorded has words on the page for the privacy officer, in Spanish too."""

import ast

from django.utils import translation

from audit import words
from tests.test_house import rooms_files

# Where an action is handed on by another name, tests/conftest.py looks at it when it is written.
RECORDS = {"record", "write_down", "record_read", "_tell"}


def named(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def actions_in(tree: ast.Module) -> set[str]:
    """The names of actions that stand in the calls which record something."""
    found = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and named(call) in RECORDS:
            texts = [node.value for given in call.args for node in ast.walk(given) if is_text(node)]
            found |= {f"{text}.read" for text in texts} if named(call) == "record_read" else set(texts)
    return found


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_action_that_the_code_writes_has_words():
    written = {
        action
        for path in rooms_files()
        if "migrations" not in path.parts
        for action in actions_in(ast.parse(path.read_text()))
    }
    assert len(written) > 60, "the search for them has gone blind"
    assert {action for action in written if not action.startswith(".")} - set(words.ACTIONS) == set()


def test_every_action_has_words_in_spanish():
    in_english = {action: words.said(action) for action in words.ACTIONS}
    with translation.override("es"):
        assert [action for action, said in in_english.items() if words.said(action) == said] == []

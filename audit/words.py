"""What an action is called on the privacy officer's page. The rooms upstairs bring their words."""

from django.utils.translation import gettext as _

ACTIONS: dict[str, str] = {}


def said(action: str) -> str:
    """Return plain words for `action`: those given, or its own name read aloud."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    thing, _dot, act = action.replace("_", " ").rpartition(".")
    if act == "read":
        return _("Read: %(thing)s") % {"thing": thing}
    return f"{thing.capitalize()}: {act}" if thing else act.capitalize()


def choices() -> list[tuple[str, str]]:
    return sorted(((action, str(words)) for action, words in ACTIONS.items()), key=lambda pair: pair[1])

"""Why something about a person was not done, in words for whoever asked. A form shows them at the field."""

from django.core.exceptions import ValidationError


class Deactivated(ValidationError):
    """The login of this person was closed: it has to be opened again first."""


class AddressTaken(ValidationError):
    """Someone else has that address, or it is the one they have already."""


class NotByYourself(ValidationError):
    """This needs another person than the one who asks."""


class NothingToDo(ValidationError):
    """There is nothing of the kind, or no longer."""

"""Why a change was not made, in words for whoever asked. A form shows them at the field they name."""

from django.core.exceptions import ValidationError


class AlreadyEnded(ValidationError):
    """The program or group is over."""


class GroupFull(ValidationError):
    """Every seat for a patient is taken on at least one day."""


class NameTaken(ValidationError):
    """Someone in the group is already shown by that name."""


class AlreadyHere(ValidationError):
    """That person belongs there already."""


class NotForThem(ValidationError):
    """That person cannot have that seat or that work: the reason is in the words."""


class DaysMixedUp(ValidationError):
    """The last day comes before the first, or has passed."""


class StillNeeded(ValidationError):
    """Something else depends on it: a program's groups, its last coordinator."""

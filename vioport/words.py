"""Django's own error messages in words that a tired person understands."""

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _


def say_it_plainly() -> None:
    """Set once at start; a field with words of its own keeps them."""
    _say(forms.Field, required=_("Fill this in."))
    _say(forms.BooleanField, required=_("Tick this to go on."))
    _say(forms.ChoiceField, required=_("Choose one."), invalid_choice=_("Choose one from the list."))
    _say(forms.MultipleChoiceField, required=_("Choose at least one."))
    _say(forms.ModelChoiceField, invalid_choice=_("Choose one from the list."))
    _say(forms.IntegerField, invalid=_("Write a whole number, like 10."))
    _say(forms.DateField, invalid=_("Write a day, like 2026-11-03."))
    _say(forms.TimeField, invalid=_("Write a time, like 18:00."))
    _say(forms.DateTimeField, invalid=_("Write a day and a time."))
    validate_email.message = _("This email is not complete. It looks like june@example.org.")


def _say(field: type[forms.Field], **words) -> None:
    field.default_error_messages = field.__dict__.get("default_error_messages", {}) | words

import re

from django import forms
from django.utils.translation import gettext_lazy as _

FEWEST_DIGITS = 7


class SignForm(forms.Form):
    """A typed name, under the text whose digest is in `shown`."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    typed_name = forms.CharField(
        label=_("Your full name"),
        help_text=_("Typing your name here counts as signing."),
        min_length=2,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ContactForm(forms.Form):
    """Someone near the patient."""

    name = forms.CharField(label=_("Their name"), max_length=120)
    relation = forms.CharField(
        label=_("Who they are to you"), help_text=_("Mother, partner, friend, neighbor …"), max_length=60
    )
    phone = forms.CharField(
        label=_("Their phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if len(re.findall(r"\d", phone)) < FEWEST_DIGITS:
            raise forms.ValidationError(_("Write the whole number, with the area code."))
        return phone

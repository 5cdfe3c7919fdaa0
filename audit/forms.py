from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import words
from audit.models import AuditEntry

MOST_PEOPLE = 50


class Search(forms.Form):
    """By person, by what was done, by day. Everything may be left out."""

    asks_nothing = True
    person = forms.CharField(label=_("Person"), required=False, max_length=120)
    part = forms.ChoiceField(
        label=_("As"),
        required=False,
        choices=[
            ("", _("Either")),
            ("actor", _("Who did it")),
            ("about", _("Whose matter it is")),
        ],
    )
    action = forms.ChoiceField(label=_("What was done"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Everything")), *words.choices()]

    def clean_person(self) -> list[str] | None:
        """Turn a name or an address into the codes of those who have it."""
        given = self.cleaned_data["person"].strip()
        if not given:
            return None
        found = Q(name__icontains=given) | Q(email__icontains=given)
        people = get_user_model().objects.filter(found).values_list("code", flat=True)[: MOST_PEOPLE + 1]
        if not people:
            raise forms.ValidationError(_("Nobody has that name or email."))
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(_("Too many people have that in their name. Write more of it."))
        return [str(code) for code in people]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def found_in(self, trail: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        wanted = self.cleaned_data
        if wanted.get("person") is not None:
            trail = trail.filter(_in_part(wanted.get("part"), wanted["person"]))
        if wanted.get("action"):
            trail = trail.filter(action=wanted["action"])
        if wanted.get("since"):
            trail = trail.filter(at__gte=_midnight(wanted["since"]))
        if wanted.get("until"):
            trail = trail.filter(at__lt=_midnight(wanted["until"] + timedelta(days=1)))
        return trail


def _in_part(part: str, codes: list[str]) -> Q:
    if part:
        return Q(**{f"{part}__in": codes})
    return Q(actor__in=codes) | Q(about__in=codes) | Q(subject__in=codes)


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

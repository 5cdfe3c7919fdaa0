"""What one fills in about a meeting: word that one is late or absent, a move, a cancellation, a plan."""

from datetime import datetime, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from groups.models import GroupKind
from groups.zones import ZoneField
from sessions.pattern import Pattern, moment_of


def how_late() -> list[tuple[int, str]]:
    return [(minutes, (_("%d min") % minutes).replace(" ", "\u00a0")) for minutes in (5, 10, 15, 20, 30, 45)]


class WordForm(forms.Form):
    """'I'll be late' or 'I can't come'."""

    what = forms.ChoiceField(
        label=_("What should we know?"),
        choices=[("late", _("I’ll be late")), ("absent", _("I can’t come"))],
        widget=forms.RadioSelect,
    )
    minutes_late = forms.TypedChoiceField(
        label=_("How late, if you are late?"),
        choices=how_late,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect({"class": "narrow"}),
    )
    words = forms.CharField(
        label=_("Anything else?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only those who lead the meeting, and your program’s coordinators, read it."),
    )

    def clean(self):
        facts = super().clean()
        if facts.get("what") == "late" and "minutes_late" in facts and facts["minutes_late"] is None:
            self.add_error("minutes_late", _("Choose about how late you will be."))
        return facts


def date_field(label, **more) -> forms.DateField:
    """A day, in the browser's own date picker."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def time_field(label, **more) -> forms.TimeField:
    """A time of day, in the browser's own time picker."""
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more
    )


def minutes_field() -> forms.IntegerField:
    """How long a meeting lasts."""
    return forms.IntegerField(
        label=_("Minutes"), initial=60, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )


class WhenForm(forms.Form):
    """A day and a time on the wall of `zone`, and how long."""

    day = date_field(_("Day"))
    starts_at = time_field(_("Starts at"))
    minutes = minutes_field()
    time_zone = ZoneField(label=_("Time zone"))

    @property
    def times(self) -> tuple[datetime, datetime]:
        """When the meeting starts and ends."""
        facts = self.cleaned_data
        start = moment_of(facts["day"], facts["starts_at"], facts["time_zone"])
        return start, start + timedelta(minutes=facts["minutes"])

    def clean(self):
        facts = super().clean()
        if not self.errors and self.times[0] <= timezone.now():
            self.add_error("day", _("That time has passed. Choose a later one."))
        return facts


class PlanForm(WhenForm):
    """One meeting outside any series."""

    kind = forms.ChoiceField(label=_("Kind"), choices=GroupKind.choices)
    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("Members see it. Without one, they see the group’s name."),
    )
    field_order = ["kind", "title", "day", "starts_at", "minutes", "time_zone"]


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Members read this when they are signed in. For example: No group, Thanksgiving."),
    )


WEEKDAYS = [(n, WEEKDAYS_ABBR[n]) for n in range(7)]


class SeriesForm(forms.Form):
    """A weekly pattern."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("Members see it. Without one, they see the group’s name."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple({"class": "narrow"})
    )
    every_weeks = forms.TypedChoiceField(
        label=_("How often"),
        choices=[
            (1, _("Every week")),
            (2, _("Every 2 weeks")),
            (3, _("Every 3 weeks")),
            (4, _("Every 4 weeks")),
        ],
        coerce=int,
        initial=1,
    )
    starts_at = time_field(_("Starts at"))
    minutes = minutes_field()
    time_zone = ZoneField(
        label=_("Time zone"), help_text=_("The hour stays the same there when the clocks change.")
    )
    from_on = date_field(_("First day"))
    until_on = date_field(_("Last day"), required=False)

    def clean(self):
        facts = super().clean()
        first, last = facts.get("from_on"), facts.get("until_on")
        if first and not self.first_day_counts(first):
            self.add_error("from_on", _("That day has passed. Choose today or a later day."))
        if first and last and last < first:
            self.add_error("until_on", _("The last day comes before the first. Choose a later day."))
        if not self.errors and not self.pattern.coming(timezone.now(), 1):
            self.add_error("until_on", _("No meeting falls between these days. Choose a later last day."))
        return facts

    def first_day_counts(self, first) -> bool:
        """Whether the first day is not over everywhere yet. The service asks again, by the site's clock."""
        return first >= timezone.localdate() - timedelta(days=1)

    @property
    def pattern(self) -> Pattern:
        """What was filled in, as a pattern."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "title"}
        return Pattern(**facts | {"weekdays": tuple(sorted(facts["weekdays"]))})


class EndSeriesForm(forms.Form):
    """After which day a series ends."""

    last_on = date_field(_("Last day"))

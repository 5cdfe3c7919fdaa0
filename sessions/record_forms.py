"""What staff correct in a roster, and what a member reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.models import Attendance, AttendanceStatus
from sessions.services.reports import LONGEST_REPORT

LONGEST_SESSION_MINUTES = 600


class CorrectionForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=AttendanceStatus.choices, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=0,
        max_value=LONGEST_SESSION_MINUTES,
        required=False,
        help_text=_("Leave empty to keep the minutes that were counted."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name. The first figure stays in the record."),
    )


class ReportForm(forms.Form):
    about = forms.ModelChoiceField(
        label=_("Is it about someone in the room?"),
        queryset=Attendance.objects.none(),
        required=False,
        empty_label=_("No one, or I would rather not say"),
    )
    words = forms.CharField(
        label=_("What happened?"), max_length=LONGEST_REPORT, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].queryset = others
        self.fields["about"].label_from_instance = lambda seat: seat.shown_as

"""What a coordinator fills in about a person."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import STAFF_ROLES, RoleName, User
from groups.access import people_managed_by
from groups.models import Program
from groups.zones import ZoneField


class InviteForm(forms.Form):
    """Who is to come, and as what."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("The email says nothing about the program."),
    )
    program = forms.ModelChoiceField(
        Program.objects.none(), label=gettext_lazy("Program"), to_field_name="code", empty_label=None
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Comes as"), choices=RoleName.choices, widget=forms.RadioSelect
    )
    patient = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Relative of"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Only for a relative."),
    )
    relation = forms.CharField(
        label=gettext_lazy("How they belong together"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Like mother, or partner. Only for a relative."),
    )
    peer_name = forms.CharField(
        label=gettext_lazy("Name that others in a group see"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A first name is enough. They can change it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect, initial="en"
    )
    time_zone = ZoneField(label=gettext_lazy("Time zone"))

    def __init__(self, *args, person, **options):
        super().__init__(*args, **options)
        self.fields["program"].queryset = Program.objects.managed_by(person).current().order_by("name")
        self.fields["patient"].queryset = patients_of(person)

    def clean(self):
        facts = super().clean()
        if facts.get("role") == RoleName.RELATIVE:
            for name in ("patient", "relation"):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, _("A relative needs this."))
        else:
            facts["patient"], facts["relation"] = None, ""
        return facts


class NewAddressForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("New email"), max_length=254)


class RoleForm(forms.Form):
    """Another role for someone on the staff. Patients and relatives come by invitation."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect(attrs={"class": "long"}))

    def __init__(self, *args, held, **options):
        super().__init__(*args, **options)
        free = [(role.value, role.label) for role in RoleName if role in STAFF_ROLES - set(held)]
        self.fields["role"].choices = free


class StayForm(forms.Form):
    """Another program for someone who is a patient of one."""

    program = forms.ModelChoiceField(
        Program.objects.none(), label=gettext_lazy("Program"), to_field_name="code", empty_label=None
    )

    def __init__(self, *args, person, patient, **options):
        super().__init__(*args, **options)
        there = patient.enrolments.filter(ended_at=None).values("program")
        mine = Program.objects.managed_by(person).current().exclude(pk__in=there)
        self.fields["program"].queryset = mine.order_by("name")


class RelationForm(forms.Form):
    """Someone with a login who belongs to a patient."""

    relative = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who"),
        to_field_name="code",
        empty_label=gettext_lazy("Choose someone"),
    )
    relation = forms.CharField(
        label=gettext_lazy("How they belong together"),
        max_length=60,
        help_text=gettext_lazy("Like mother, or partner."),
    )

    def __init__(self, *args, person, patient, **options):
        super().__init__(*args, **options)
        known = people_managed_by(person).filter(roles__role=RoleName.RELATIVE, roles__ended_at=None)
        free = known.filter(is_active=True).exclude(pk=patient.pk)
        theirs = patient.relatives.filter(ended_at=None).values("relative")
        self.fields["relative"].queryset = free.exclude(pk__in=theirs).distinct().order_by("name")


class ResetForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("Like: lost the phone, I spoke with her on the telephone."),
    )


class SearchForm(forms.Form):
    """Filters of the list of people."""

    asks_nothing = True
    words = forms.CharField(label=gettext_lazy("Name or email"), required=False, max_length=80)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("All")), *RoleName.choices]
    )
    mail = forms.ChoiceField(
        label=gettext_lazy("Mail"),
        required=False,
        choices=[("", gettext_lazy("All")), ("stuck", gettext_lazy("Does not arrive"))],
    )


def patients_of(person):
    """The patients of the programs that `person` coordinates."""
    theirs = people_managed_by(person).filter(roles__role=RoleName.PATIENT, roles__ended_at=None)
    return theirs.filter(is_active=True).distinct().order_by("name")

"""What a coordinator fills in about programs, groups and who belongs to them."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import STAFF_ROLES, Role, RoleName, User
from groups.models import (
    GroupKind,
    Membership,
    MembershipRole,
    Program,
    Site,
    TherapyGroup,
    Track,
)
from groups.zones import ZoneField


def told(form: forms.Form, act: Callable) -> bool:
    """Do `act`. Where it refuses, show why at the form's fields and keep what was typed."""
    try:
        act()
    except ValidationError as refusal:
        by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
        for name, words in by_field.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    return True


class SiteForm(forms.ModelForm):
    """A place: where its clocks stand and whom to call there."""

    time_zone = ZoneField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Meetings are planned on this place’s clocks."),
    )

    class Meta:
        model = Site
        fields = ["name", "time_zone", "phone", "emergency_number"]


class ProgramForm(forms.ModelForm):
    """A program, without its place."""

    class Meta:
        model = Program
        fields = [
            "name",
            "phone",
            "grace_minutes",
            "late_after_minutes",
            "absent_after_minutes",
            "keeps_chat",
        ]
        labels = {
            "grace_minutes": gettext_lazy("Minutes a room waits for a leader whose line dropped"),
            "late_after_minutes": gettext_lazy("Late after how many minutes"),
            "absent_after_minutes": gettext_lazy("Absent after how many minutes"),
        }
        help_texts = {
            "phone": gettext_lazy("Patients see this number when they need someone."),
            "keeps_chat": gettext_lazy(
                "Off: what is written in a room is erased when it closes. On: everyone is asked to agree, "
                "and it is kept if all who were in the room have."
            ),
        }

    def clean(self):
        facts = super().clean()
        late, absent = facts.get("late_after_minutes"), facts.get("absent_after_minutes")
        if late is not None and absent is not None and absent < late:
            self.add_error("absent_after_minutes", _("Absent cannot come before late."))
        return facts


class NewProgramForm(ProgramForm):
    """A program at a place that is known, or at a new one."""

    site = forms.ModelChoiceField(
        Site.objects.none(),
        label=gettext_lazy("Place"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("A new place"),
    )
    site_name = forms.CharField(label=gettext_lazy("Name of the new place"), max_length=120, required=False)
    site_time_zone = ZoneField(
        label=gettext_lazy("Time zone of the new place"), initial="America/New_York", required=False
    )
    site_emergency_number = forms.CharField(
        label=gettext_lazy("Local emergency number there"), max_length=40, initial="911", required=False
    )
    field_order = ["name", "site", "site_name", "site_time_zone", "site_emergency_number", "phone"]

    def __init__(self, *args, person, **options):
        super().__init__(*args, **options)
        mine = Program.objects.managed_by(person).values("site")
        self.fields["site"].queryset = Site.objects.filter(pk__in=mine).order_by("name")

    def clean(self):
        facts = super().clean()
        if facts.get("site") is None and not facts.get("site_name"):
            self.add_error("site_name", _("Name the new place, or choose one from the list."))
        return facts

    @property
    def new_site(self) -> dict:
        """The facts of the new place."""
        facts = self.cleaned_data
        return {
            "name": facts["site_name"],
            "time_zone": facts["site_time_zone"] or "America/New_York",
            "emergency_number": facts["site_emergency_number"] or "911",
        }

    @property
    def program(self) -> dict:
        """The facts of the program itself."""
        return {name: self.cleaned_data[name] for name in ProgramForm.Meta.fields}


class TrackForm(forms.ModelForm):
    class Meta:
        model = Track
        fields = ["name", "kind"]


class GroupForm(forms.ModelForm):
    """A therapy group: what it is, how many, and the rules of its room."""

    class Meta:
        model = TherapyGroup
        fields = [
            "name",
            "kind",
            "track",
            "minimum_size",
            "maximum_size",
            "waiting_room",
            "waiting_message",
            "chat_policy",
            "agreement_text",
        ]
        widgets = {
            "waiting_room": forms.RadioSelect(attrs={"class": "long"}),
            "chat_policy": forms.RadioSelect,
            "agreement_text": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "name": gettext_lazy("Members see it. Choose a name that says nothing about anyone’s health."),
            "waiting_message": gettext_lazy("Members read this while they wait."),
            "agreement_text": gettext_lazy(
                "Members agree to this before their first meeting. A change asks everyone again."
            ),
        }

    def __init__(self, *args, program: Program, **options):
        super().__init__(*args, **options)
        self.fields["track"].queryset = program.tracks.filter(ended_at=None).order_by("name")
        self.fields["track"].to_field_name = "code"
        self.fields["track"].empty_label = _("None")
        if self.instance.track_id:
            self.initial["track"] = self.instance.track.code

    def clean(self):
        facts = super().clean()
        fewest, most = facts.get("minimum_size"), facts.get("maximum_size")
        if fewest is not None and most is not None and fewest > most:
            self.add_error("maximum_size", _("The most cannot be below the fewest."))
        return facts


class SeatForm(forms.Form):
    """The facts of a seat: as what, under which name, from when until when."""

    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=MembershipRole.choices, widget=forms.RadioSelect
    )
    shown_as = forms.CharField(label=gettext_lazy("Name that others see"), max_length=40)
    from_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, group: TherapyGroup, **options):
        super().__init__(*args, **options)
        self.group = group
        self.fields["role"].choices = roles_in(group)


class NewSeatForm(SeatForm):
    """A seat for someone who is not in the group yet."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who"),
        to_field_name="code",
        empty_label=gettext_lazy("Choose someone"),
    )
    field_order = ["person", "role", "shown_as", "from_on", "until_on"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["shown_as"].required = False
        self.fields["shown_as"].help_text = _("Left out: the name that they chose for peers.")
        candidates = candidates_for(self.group)
        self.fields["person"].queryset = User.objects.filter(
            pk__in=[person.pk for _title, people in candidates for person in people]
        )
        self.fields["person"].choices = [("", _("Choose someone"))] + [
            (title, [(str(person.code), person.name) for person in people])
            for title, people in candidates
            if people
        ]


class Colleagues(forms.ModelChoiceField):
    """Everyone on the staff of the organisation, by name and role and nothing more.

    Whoever coordinates a program must find the people who are to work in it, of whom she is assigned to
    none yet. That someone works here is no secret to colleagues; addresses, programs and patients are.
    """

    def label_from_instance(self, person: User) -> str:
        roles = [RoleName(held.role).label for held in person.current_staff_roles]
        return f"{person.name} ({', '.join(str(role) for role in roles)})"


class WorkForm(forms.Form):
    """That a staff member works in a program in one role."""

    person = Colleagues(
        User.objects.none(),
        label=gettext_lazy("Who"),
        to_field_name="code",
        empty_label=gettext_lazy("Choose someone"),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[(role.value, role.label) for role in RoleName if role.value in STAFF_ROLES],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        staff = User.objects.filter(is_active=True, roles__role__in=STAFF_ROLES, roles__ended_at=None)
        held = Role.objects.filter(role__in=STAFF_ROLES, ended_at=None).order_by("pk")
        with_roles = staff.prefetch_related(Prefetch("roles", held, to_attr="current_staff_roles"))
        self.fields["person"].queryset = with_roles.distinct().order_by("name")


def roles_in(group: TherapyGroup) -> list:
    """The roles that a seat of `group` may have. Only family groups have relatives."""
    is_family = group.kind == GroupKind.FAMILY
    return [
        (role.value, role.label)
        for role in MembershipRole
        if is_family or role is not MembershipRole.RELATIVE
    ]


def candidates_for(group: TherapyGroup) -> list[tuple[str, list[User]]]:
    """Who may be given a seat: patients and team of the program, and in a family group relatives."""
    here = Membership.objects.filter(group=group, ended_at=None).values("person")
    free = User.objects.filter(is_active=True).exclude(pk__in=here).order_by("name").distinct()
    patients = free.filter(enrolments__program=group.program, enrolments__ended_at=None)
    team = free.filter(assignments__program=group.program, assignments__ended_at=None)
    found = [(_("Patients"), list(patients)), (_("Team"), list(team))]
    if group.kind == GroupKind.FAMILY:
        theirs = free.filter(relative_of__patient__in=here, relative_of__ended_at=None)
        found.insert(1, (_("Relatives"), list(theirs)))
    return found

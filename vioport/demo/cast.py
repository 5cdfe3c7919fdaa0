"""Who lives in the demo: the people, what they are, and what to try as each."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, RoleName, User


@dataclass(frozen=True)
class Character:
    key: str
    name: str
    roles: tuple[str, ...]
    pronouns: str = ""
    language: str = "en"
    try_this: object = ""

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"

    @property
    def peer_name(self) -> str:
        return self.name if self.name.startswith("Dr.") else self.name.split()[0]


PATIENT, RELATIVE = (RoleName.PATIENT,), (RoleName.RELATIVE,)
LEADING = {RoleName.FACILITATOR, RoleName.PRESCRIBER}

CAST = (
    Character(
        "june",
        "June Parker",
        PATIENT,
        "she/her",
        try_this=_("Arrive at the group that meets now, then wait to be let in."),
    ),
    Character("omar", "Omar Haddad", PATIENT, "he/him", try_this=_("Say that you will be late today.")),
    Character("lena", "Lena Ortiz", PATIENT, "she/her", "es", _("See the same pages in Spanish.")),
    Character("priya", "Priya Nair", PATIENT, "she/her", try_this=_("Check your camera the day before.")),
    Character("kai", "Kai Morgan", PATIENT, "they/them", try_this=_("See your own minutes.")),
    Character("ruth", "Ruth Bell", PATIENT, "she/her", try_this=_("Join by telephone: staff seat you.")),
    Character("dan", "Dan Kowalski", PATIENT, "he/him", try_this=_("Knock as one who came alone.")),
    Character("ezra", "Ezra Stein", PATIENT, "he/him", try_this=_("Raise a quiet hand in the room.")),
    Character(
        "theo",
        "Theo Lind",
        PATIENT,
        "he/him",
        try_this=_("You are in another group: nothing of Tuesday's is there."),
    ),
    Character("tom", "Tom Walsh", PATIENT, "he/him", try_this=_("See the week of a group that meets twice.")),
    Character("hana", "Hana Sato", PATIENT, "she/her", try_this=_("Sign what is asked before a seat.")),
    Character(
        "rosa",
        "Rosa Parker",
        RELATIVE,
        "she/her",
        "es",
        _("You are June's mother: a family meeting begins in ten minutes."),
    ),
    Character(
        "maya",
        "Maya Green",
        (RoleName.FACILITATOR, RoleName.CLINICIAN),
        "she/her",
        try_this=_("Open the room of the group that meets now and let people in."),
    ),
    Character(
        "sam",
        "Sam Rivera",
        (RoleName.FACILITATOR,),
        "they/them",
        try_this=_("Lead Thursday; help Maya as co-facilitator."),
    ),
    Character(
        "cole",
        "Dr. Cole",
        (RoleName.PRESCRIBER,),
        "he/him",
        try_this=_("You meet June tomorrow about her medication."),
    ),
    Character(
        "ines",
        "Ines Duarte",
        (RoleName.COORDINATOR,),
        "she/her",
        try_this=_("Invite someone, plan a series, see who came."),
    ),
    Character(
        "bea",
        "Bea Lindqvist",
        (RoleName.COORDINATOR,),
        "she/her",
        try_this=_("Confirm what takes two people."),
    ),
    Character(
        "ada",
        "Ada Okafor",
        (RoleName.PRIVACY_OFFICER,),
        "she/her",
        try_this=_("Read the trail of who did and saw what."),
    ),
)


def enter_the_cast(time_zone: str) -> dict[str, User]:
    """Make sure that everyone of the cast has a login and their roles; return them by key."""
    people = {}
    for character in CAST:
        user, _made = User.objects.get_or_create(
            email=character.email,
            defaults={
                "name": character.name,
                "peer_name": character.peer_name,
                "pronouns": character.pronouns,
                "language": character.language,
                "time_zone": time_zone,
            },
        )
        for role in character.roles:
            Role.objects.get_or_create(person=user, role=role, ended_at=None)
        people[character.key] = user
    return people


def characters_by_part() -> list[tuple[object, list[Character]]]:
    """The cast as the demo's page shows it: who leads, who comes, who runs the place."""
    patients = [character for character in CAST if character.roles == PATIENT]
    relatives = [character for character in CAST if character.roles == RELATIVE]
    leads = [character for character in CAST if set(character.roles) & LEADING]
    others = [c for c in CAST if c not in patients + relatives + leads]
    return [
        (_("Lead a group"), leads),
        (_("Come as a patient"), patients),
        (_("Come as a relative"), relatives),
        (_("Run the program"), others),
    ]

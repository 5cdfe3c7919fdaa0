"""The cast: Maya leads Tuesday with June and Omar in it. Theo is only in Thursday, which Sam leads.

Nearly every test begins with them, so each kind of row is written at once.
"""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import Role, User
from care.models import Agreement, AgreementKind, AgreementText, EmergencyContact
from care.texts import Text, text_of
from groups.models import Assignment, Enrolment, Membership, Program, Relation, Site, TherapyGroup

ROLES = {
    "maya": ("Maya", "facilitator"),
    "sam": ("Sam", "facilitator"),
    "june": ("June", "patient"),
    "omar": ("Omar", "patient"),
    "theo": ("Theo", "patient"),
    "rosa": ("Rosa", "relative"),
    "ines": ("Ines", "coordinator"),
    "cole": ("Dr. Cole", "prescriber"),
    "ada": ("Ada", "privacy"),
}
ASSIGNED = ("maya", "sam", "ines", "cole", "ada")


def people(*names_and_roles: tuple[str, ...]) -> list[User]:
    """`people(("June", "patient"), ("Rosa", "relative"))`"""
    users = [_user(name) for name, *_ in names_and_roles]
    User.objects.bulk_create(users)
    Role.objects.bulk_create(
        Role(person=user, role=role)
        for user, (_, *roles) in zip(users, names_and_roles, strict=True)
        for role in roles
    )
    return users


def _user(name: str) -> User:
    email = name.lower().replace("dr. ", "").replace(" ", ".") + "@example.org"
    user = User(email=email, name=name, peer_name=name.split()[-1])
    user.set_password(None)
    return user


def gather() -> SimpleNamespace:
    site = Site.objects.create(name="Riverside")
    program = Program.objects.create(site=site, name="Evening program", phone="978-555-0100")
    everyone = dict(zip(ROLES, people(*ROLES.values()), strict=True))
    tuesday, thursday = TherapyGroup.objects.bulk_create(
        TherapyGroup(program=program, name=name) for name in ("Tuesday evening", "Thursday evening")
    )
    cast = SimpleNamespace(site=site, program=program, tuesday=tuesday, thursday=thursday, **everyone)
    _belong(cast)
    Relation.objects.create(patient=cast.june, relative=cast.rosa, relation="mother")
    sign(*[(each, tuesday) for each in (cast.june, cast.omar, cast.rosa)], (cast.theo, thursday))
    name_someone_to_call(cast.june, cast.omar, cast.theo)
    return cast


def _belong(cast: SimpleNamespace) -> None:
    Membership.objects.bulk_create(
        [
            belonging(cast.tuesday, cast.maya, "facilitator"),
            belonging(cast.tuesday, cast.june, "patient"),
            belonging(cast.tuesday, cast.omar, "patient"),
            belonging(cast.thursday, cast.sam, "facilitator"),
            belonging(cast.thursday, cast.theo, "patient"),
        ]
    )
    Assignment.objects.bulk_create(
        Assignment(program=cast.program, person=getattr(cast, name), role=ROLES[name][1]) for name in ASSIGNED
    )
    Enrolment.objects.bulk_create(
        Enrolment(program=cast.program, patient=patient, from_on=_a_month_ago())
        for patient in (cast.june, cast.omar, cast.theo)
    )


def belonging(group: TherapyGroup, user: User, role: str) -> Membership:
    return Membership(group=group, person=user, role=role, shown_as=user.peer_name, from_on=_a_month_ago())


def _a_month_ago():
    return timezone.localdate() - timedelta(days=30)


def sign(*seats: tuple[User, TherapyGroup]) -> None:
    """Each person agrees to what a seat in their group asks for."""
    signed = [
        (who, group and group.code, text_of(kind, group, language="en"))
        for who, of in seats
        for kind, group in [(AgreementKind.TELEHEALTH, None), (AgreementKind.GROUP_CONFIDENTIALITY, of)]
    ]
    texts = {text.digest: text.words for _, _, text in signed}
    AgreementText.objects.bulk_create(
        [AgreementText(digest=digest, words=words) for digest, words in texts.items()], ignore_conflicts=True
    )
    Agreement.objects.bulk_create(_agreement(*each) for each in signed)


def _agreement(who: User, about, text: Text) -> Agreement:
    return Agreement(
        person=who,
        kind=text.kind,
        about=about,
        version=text.version,
        text_hash=text.digest,
        language=text.language,
        typed_name=who.name,
    )


def name_someone_to_call(*patients: User) -> None:
    EmergencyContact.objects.bulk_create(
        EmergencyContact(
            patient=patient,
            name="Rosa",
            relation="mother",
            phone="978-555-0101",
            may_call_since=timezone.now(),
        )
        for patient in patients
    )

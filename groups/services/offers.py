"""People come into a program by invitation: as a patient, as a patient's relative, or to work there.

Who is new here has their place at once, so that a group can be planned with them. Whoever has one elsewhere
keeps their secrets: until they say yes, the team that invites them sees nothing and can do nothing.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES, Invitation, RoleName, User
from accounts.refusals import NotByYourself
from accounts.services import invitations
from audit.services import record
from groups.access import people_managed_by
from groups.models import PROGRAM_ROLES, Offer, Program
from groups.refusals import NotForThem
from groups.services.people import enrol, relate
from groups.services.team import assign


@transaction.atomic
def invite_to(
    program: Program, *, by, email: str, role: str, patient=None, relation="", **about
) -> Invitation:
    """Invite whoever reads `email` into `program` as a `role`."""
    if role == RoleName.RELATIVE and patient is None:
        raise NotForThem({"patient": _("Choose whose relative this is.")})
    place = {"patient": patient, "relation": relation}
    known = User.objects.filter(email=email.strip().lower()).first()
    if known and not _may_have_it_at_once(known, role, by):
        return _offer(program, known, role, by=by, **place)
    invitation = invitations.invite(email, role, by=by, lands_at=_landing(program, role), **about)
    _give_place(program, invitation.person, role, by=by, **place)
    return invitation


@transaction.atomic
def take_back(offer: Offer, *, by) -> None:
    """Take an unanswered offer back."""
    invitation = offer.invitation
    unanswered = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if unanswered.update(withdrawn_at=timezone.now()):
        record("invitation.withdrawn", by, invitation.person)


def on_invitation_accepted(invitation: Invitation, **_news) -> None:
    """Whoever said yes to an offer has their place, unless the program is over."""
    offer = Offer.objects.select_related("program", "patient").filter(invitation=invitation).first()
    if offer and offer.program.ended_at is None:
        place = {"patient": offer.patient, "relation": offer.relation}
        _give_place(offer.program, invitation.person, invitation.role, by=invitation.invited_by, **place)


def _may_have_it_at_once(known: User, role: str, by: User) -> bool:
    """Someone of one's own, in a part like those they have. A patient is not made staff behind their back."""
    if known.pk == by.pk:
        raise NotByYourself({"email": _("This is your own address.")})
    is_ours = people_managed_by(by).filter(pk=known.pk).exists()
    return is_ours and (role in STAFF_ROLES) == known.is_clinic_staff


def _offer(program: Program, known: User, role: str, *, by, patient, relation) -> Invitation:
    for earlier in Offer.objects.filter(program=program, invitation__person=known).select_related(
        "invitation"
    ):
        take_back(earlier, by=by)
    invitation = invitations.offer(known, role, by=by, lands_at=_landing(program, role))
    Offer.objects.create(invitation=invitation, program=program, patient=patient, relation=relation)
    return invitation


def _landing(program: Program, role: str) -> str:
    """Where someone begins: the team with their program, everyone else with what is next for them."""
    if role in PROGRAM_ROLES:
        return reverse("groups:program", args=[program.code])
    return reverse("audit") if role == RoleName.PRIVACY_OFFICER else "/"


def _give_place(program: Program, person: User, role: str, *, by, patient, relation) -> None:
    if role == RoleName.PATIENT:
        enrol(program, person, by=by)
    elif role == RoleName.RELATIVE:
        relate(patient, person, relation=relation, by=by)
    elif not program.assignments.current().filter(person=person, role=role).exists():
        assign(program, person, role=role, by=by)

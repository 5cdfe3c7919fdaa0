"""Ways in by invitation: bound to one person and role, used once, over after some days."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.outbox import take_back
from accounts.refusals import Deactivated
from accounts.services.mail import send_invitation
from accounts.services.people import end_role, give_role
from accounts.services.tokens import hash_of, new_token
from accounts.signals import invitation_accepted
from audit.services import record

LONGEST_PATH = 200


class NoSuchInvitation(Exception):
    """Never sent, used, withdrawn, replaced or over. We never say which."""


@transaction.atomic
def invite(email: str, role: str, *, by: User | None, lands_at: str = "/", **about) -> Invitation:
    """Invite whoever reads `email` to be a `role`. `about` (name, language, …) is for someone new."""
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = User.objects.create_user(email, **about)
        record("person.added", by, person)
    _must_be_open(person)
    give_role(person, role, by=by)
    return invite_again(person, role, by=by, lands_at=lands_at)


@transaction.atomic
def invite_again(person: User, role: str, *, by: User | None, lands_at: str = "/") -> Invitation:
    """Send `person` a new way in. An older one no longer works."""
    _must_be_open(person)
    for older in _unused(person):
        take_back(f"invitation:{older.code}")  # a letter still on its way would bring a dead link
    _unused(person).update(withdrawn_at=timezone.now())
    return _send(person, role, by=by, lands_at=local(lands_at))


def never_came(person: User) -> bool:
    """Whether `person` was invited, and has not shown once that the mailbox is theirs."""
    invited = person.invitations.filter(is_offer=False)
    is_new = person.last_login is None and not invited.filter(accepted_at__isnull=False).exists()
    return is_new and invited.exists()


@transaction.atomic
def offer(person: User, role: str, *, by: User, lands_at: str = "/") -> Invitation:
    """Ask someone we know whether they will be a `role` too. Until they say yes it changes nothing.

    Whoever asks learns nothing from it, not even that the login of `person` is closed.
    """
    return _send(person, role, by=by, is_offer=True, lands_at=local(lands_at))


def _send(person: User, role: str, *, by: User | None, **facts) -> Invitation:
    token = new_token()
    invitation = Invitation.objects.create(
        person=person,
        role=role,
        sent_to=person.email,
        invited_by=by,
        token_hash=hash_of(token),
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        **facts,
    )
    invitation.token = token  # known only here and in the mail
    send_invitation(invitation, token)
    record("person.invited", by, person, role=role)
    return invitation


def invitation_for(token: str) -> Invitation:
    """Return the invitation that `token` still opens. Looking uses nothing up. Raises NoSuchInvitation."""
    invitation = _open().select_related("person", "invited_by").filter(token_hash=hash_of(token)).first()
    if invitation is None or not invitation.person.is_active:
        raise NoSuchInvitation
    if invitation.sent_to != invitation.person.email:  # another mailbox is theirs now
        raise NoSuchInvitation
    return invitation


@transaction.atomic
def accept(token: str) -> Invitation:
    """Use an invitation up. Its token came by mail, so the address is proven. Raises NoSuchInvitation."""
    invitation = invitation_for(token)
    if not _open().filter(pk=invitation.pk).update(accepted_at=timezone.now()):
        raise NoSuchInvitation
    if invitation.is_offer:
        give_role(invitation.person, invitation.role, by=invitation.invited_by)
    _came_in(invitation)
    return invitation


@transaction.atomic
def withdraw(person: User, *, by: User) -> None:
    """Take back what `person` has not used. Who never came in loses the roles that came with it."""
    waiting = list(_unused(person))
    if not waiting:
        return
    _unused(person).update(withdrawn_at=timezone.now())
    record("invitation.withdrawn", by, person)
    if person.last_login is None:
        for role in {invitation.role for invitation in waiting}:
            end_role(person, role, by=by)


def is_shut_out(email: str) -> bool:
    """Whether whoever reads `email` was invited, never came, and every invitation is over.

    One question for every address, known to us or not: the time it takes tells nothing.
    """
    sent = Invitation.objects.filter(person__email=email.lower(), person__last_login=None)
    good = Q(accepted_at__isnull=False) | Q(withdrawn_at=None, expires_at__gt=timezone.now())
    counts = sent.aggregate(all=Count("pk"), good=Count("pk", filter=good))
    return counts["all"] > 0 and counts["good"] == 0


def on_signed_in(sender, request, user, **kwargs) -> None:
    """Who came in by a code has proved the same address: their invitation is used up as well.

    An offer is not: it waits for a yes of its own.
    """
    with transaction.atomic():
        for invitation in _open().filter(person_id=user.pk, is_offer=False).select_for_update():
            invitation.accepted_at = timezone.now()
            invitation.save(update_fields=["accepted_at"])
            _came_in(invitation)


def _came_in(invitation: Invitation) -> None:
    person = invitation.person
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    record("invitation.accepted", person, invitation, role=invitation.role)
    invitation_accepted.send(Invitation, person=person, invitation=invitation)


def _must_be_open(person: User) -> None:
    if not person.is_active:
        raise Deactivated({"email": _("This login was closed. Open it again first.")})


def _unused(person: User):
    unused = Invitation.objects.filter(person=person, accepted_at=None, withdrawn_at=None)
    return unused.filter(is_offer=False)


def _open():
    now = timezone.now()
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


def local(path: str) -> str:
    """`path` if it is a page of ours, else the first page."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours and len(path) <= LONGEST_PATH else "/"

"""Makes the organisation's first coordinator."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts.models import Role, RoleName
from accounts.services import invitations
from accounts.services.people import give_role


class Command(BaseCommand):
    help = "Invite the first coordinator, who then invites everyone else. Prints the link and mails it."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--language", default="en", choices=dict(settings.LANGUAGES))
        parser.add_argument("--privacy", action="store_true", help="they answer for privacy as well")
        parser.add_argument("--again", action="store_true", help="even if there is a coordinator already")

    def handle(self, email, name, language, privacy, again, **options):
        self._check(email, again)
        with transaction.atomic():
            invitation = invitations.invite(
                email, RoleName.COORDINATOR, by=None, name=name, language=language
            )
            if privacy:
                give_role(invitation.person, RoleName.PRIVACY_OFFICER, by=None)
        path = reverse("invitation", args=[invitation.token])
        self.stdout.write(f"{name} comes in here, once, within {settings.INVITATION_DAYS} days:")
        self.stdout.write(f"{settings.SITE_URL.rstrip('/')}{path}")
        self.stdout.write("The same link is on its way by email. It is shown nowhere else.")

    def _check(self, email: str, again: bool) -> None:
        try:
            validate_email(email)
        except Exception as wrong:
            raise CommandError(f"{email} is not an email address.") from wrong
        there_is_one = Role.objects.filter(
            role=RoleName.COORDINATOR, ended_at=None, person__is_active=True
        ).exists()
        if there_is_one and not again:
            raise CommandError(
                "There is a coordinator already, who can invite others on the People page. "
                "If none of them can sign in any more, add --again."
            )

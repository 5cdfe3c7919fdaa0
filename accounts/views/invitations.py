"""The page behind the link of an invitation."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.doors import always_open
from accounts.services import invitations
from accounts.views.links import as_read_by, quiet_link

OVER = 410


@always_open
@never_cache
@quiet_link
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """Show a button. Only pressing it uses the invitation up: a mail scanner looks, it presses nothing."""
    try:
        found = invitations.invitation_for(token)
        if request.method == "POST":
            return come_in(request, token, found)
    except invitations.NoSuchInvitation:
        return render(request, "accounts/invitation_over.html", status=OVER)
    someone_else = request.user.is_authenticated and request.user.pk != found.person_id
    with as_read_by(request, found.person):
        return render(
            request, "accounts/invitation.html", {"invitation": found, "someone_else": someone_else}
        )


def come_in(request, token, found):
    """Accept, and sign the person in: the token came to their address."""
    if request.user.is_authenticated and request.user.pk != found.person_id:
        if "switch" not in request.POST:
            return redirect(request.path)
        logout(request, show_message=False)
    accepted = invitations.accept(token)
    if request.user.is_authenticated:
        return redirect(accepted.lands_at)
    record_authentication(request, accepted.person, "code", email=accepted.person.email)
    login = Login(user=accepted.person, redirect_url=accepted.lands_at, email=accepted.person.email)
    return perform_login(request, login)

"""Small pages around signing in."""

from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import access
from accounts.doors import sets_up_second_factor


def closed(request, *args, **kwargs):
    """A door that allauth names and we do not have."""
    raise Http404


@sets_up_second_factor
@login_required
@never_cache
@require_GET
def protect(request):
    """Tell staff why they need a second factor, and offer both kinds."""
    if access.owns_second_factor(request.user):
        return redirect("mfa_index")
    return render(request, "accounts/protect.html")


@login_required
def remove_passkey(request, pk):
    """Take a passkey away, unless it is the last factor of someone on the staff."""
    passkey = get_object_or_404(request.user.authenticator_set, pk=pk, type="webauthn")
    if access.may_remove_factor(passkey):
        return remove_webauthn(request, pk=pk)
    messages.warning(request, _("This is your only second step. Add another one before you remove it."))
    return redirect("mfa_list_webauthn")

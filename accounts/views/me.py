"""One's own account: what others call me, my time and language, how I sign in, and where."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import AboutMeForm
from accounts.services import logins, people


@login_required
@never_cache
@require_GET
def overview(request):
    """What we know of the reader's account, with a way to change each."""
    logins.note_place(request)
    factors = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    shown = {
        "now": timezone.now(),
        "factors": set(factors),
        "passkeys": sum(kind == Authenticator.Type.WEBAUTHN for kind in factors),
        "logins": len(logins.logins_of(request.user)),
    }
    return render(request, "accounts/me.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def about_me(request):
    """Let people change their name, pronouns, time zone and language."""
    form = AboutMeForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        people.change_about(request.user, form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("my_account")
    return render(request, "accounts/about_me.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_logins(request):
    """Where the reader is signed in, and an end to any of it."""
    logins.note_place(request)
    if request.method == "GET":
        found = logins.logins_of(request.user, current_key=request.session.session_key)
        return render(request, "usersessions/usersession_list.html", {"logins": found})
    ended = logins.end_logins(
        request.user, name=request.POST.get("login", ""), except_key=request.session.session_key
    )
    if ended:
        messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")

"""Read, type your name, agree; read again, print, take back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from care import access
from care.forms import SignForm
from care.models import AgreementText
from care.services import agreements
from care.texts import blocks, text_of
from care.views.my_care import named, on_to_the_next
from groups.doors import refusals_are_not_found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusals_are_not_found
def agree(request, kind, group=None):
    """Show one text, and take the name typed under it."""
    group = access.group_to_sign_for(request.user, kind, group)
    if standing := agreements.in_force_for(request.user, kind, group):
        return redirect("agreed", code=standing.code)
    text = text_of(kind, group)
    form = SignForm(request.POST or None, initial={"shown": text.digest})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["shown"] == text.digest:
            agreements.agree(
                request.user, text, typed_name=form.cleaned_data["typed_name"].strip(), group=group
            )
            messages.success(request, _("Thank you. It is kept in My care."))
            return on_to_the_next(request.user)
        form = _asked_again(form, text)
    return render(request, "care/agree.html", {"form": form, "blocks": blocks(text.words), "group": group})


def _asked_again(form: SignForm, text) -> SignForm:
    """Whoever signs must have seen what they sign. The name they typed is kept."""
    again = SignForm({"shown": text.digest, "typed_name": form.cleaned_data["typed_name"]})
    again.add_error(None, _("The text has changed since you opened it. Please read it once more."))
    return again


@login_required
@refusals_are_not_found
def agreed(request, code):
    """Show an agreement word for word as it was signed."""
    agreement = access.own_agreement_for(request.user, code)
    text = AgreementText.objects.get(digest=agreement.text_hash)
    context = {"blocks": blocks(text.words), "paper": named([agreement])[0]}
    return render(request, "care/agreed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusals_are_not_found
def take_back(request, code):
    """Say what taking it back does, and then do it."""
    agreement = access.own_agreement_for(request.user, code)
    if request.method == "POST":
        agreements.withdraw(agreement, by=request.user)
        messages.success(request, _("You took it back."))
        return redirect("my_care")
    return render(request, "care/take_back.html", {"paper": named([agreement])[0]})

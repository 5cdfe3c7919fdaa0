"""Saying "it's me" again: after a pause, before changing how one signs in, and for a second factor."""

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core import ratelimit
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, kept
from accounts.doors import always_open, proves_second_factor, while_locked
from accounts.forms import WAYS
from accounts.services import proof
from accounts.services.sign_in import stay_active

LOCKED = 423


@while_locked
@proves_second_factor
@login_required
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def unlock(request):
    """Ask for one proof of the person signed in here, by whatever way they have."""
    if is_someone_else(request):
        return HttpResponse(status=401)
    # allauth keeps here what was posted when it asked for a proof. We lead back to the empty form instead.
    request.session.pop(STATE_SESSION_KEY, None)
    if request.method == "GET":
        return show(request)
    if limited := ratelimit.consume_or_429(request, action="reauthenticate", user=request.user):
        return limited
    return send_code(request) if request.POST.get("send") else prove(request)


def prove(request):
    way = request.POST.get("way")
    if way not in access.ways_to_prove(request.session, request.user):
        return show(request)
    form = form_for(way, request, request.POST)
    if not form.is_valid():
        return show(request, status=422, **{way: form})
    form.prove(request)
    return HttpResponse(status=204) if is_part(request) else go_on(request)


def go_on(request):
    """Lead back to where the person was, or do what they had posted there."""
    back = next_page(request)
    try:
        return kept.send_again(request, request.POST.get("kept", ""))
    except kept.NothingKept:
        return redirect(back)


def ask_and_keep(request):
    """Ask for a proof of whoever posted to a page that had locked, and keep what they posted."""
    return show(request, status=LOCKED, words=kept.keep(request), back=request.path)


def send_code(request):
    if not access.may_prove_by_mail(request.user):
        return show(request)
    try:
        proof.send_code(request)
    except proof.TooOften:
        return show(request, status=422, trouble=_("Wait a minute before you ask for another code."))
    return show(request)


def show(request, status=200, trouble="", words=None, back=None, **tried):
    ways = access.ways_to_prove(request.session, request.user)
    shown = {
        "ways": {way: tried.get(way) or form_for(way, request) for way in ways},
        "options": webauthn.begin_authentication(request.user) if "passkey" in ways else None,
        "next": back or next_page(request),
        "kept": request.POST.get("kept", "") if words is None else words,
        "is_locked": access.is_locked(request.session),
        "is_code_sent": proof.is_code_sent(request.session),
        "trouble": trouble,
    }
    template = "account/_ways.html" if is_part(request) else "account/unlock.html"
    return render(request, template, shown, status=status)


def form_for(way: str, request, data=None):
    more = {"request": request} if way == "mail" else {}
    return WAYS[way](data, user=request.user, auto_id=f"{way}_%s", **more)


def is_part(request) -> bool:
    """Whether the veil over a page asks: it wants the forms alone."""
    return request.headers.get("X-Part") == "unlock"


def is_someone_else(request) -> bool:
    """Whether the page that asks was drawn for another person, who used this browser before."""
    return request.headers.get("X-Person", str(request.user.code)) != str(request.user.code)


def next_page(request) -> str:
    url = request.POST.get("next") or request.GET.get("next") or "/"
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()) else "/"


@always_open
@never_cache
@require_GET
def is_open(request):
    """Whether the pages are open. Asked by pages themselves, so it keeps nothing open."""
    if not request.user.is_authenticated or is_someone_else(request):
        return HttpResponse(status=401)
    return HttpResponse(status=LOCKED if access.is_locked(request.session) else 204)


@never_cache
@require_POST
def active(request):
    """A page tells that a person moved or typed. When locked, the middleware has already answered."""
    if not request.user.is_authenticated or is_someone_else(request):
        return HttpResponse(status=401)
    stay_active(request.session, request.user)
    return HttpResponse(status=204)

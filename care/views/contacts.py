"""Whom we may call: kept by the patient, read by their care team."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.services import record_read
from care import access
from care.forms import ContactForm
from care.services import contacts
from care.views.my_care import on_to_the_next
from groups.doors import refusals_are_not_found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusals_are_not_found
def add_contact(request):
    mine = access.own_contacts_of(request.user)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_first = not mine.exists()
        contacts.add_contact(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return on_to_the_next(request.user) if is_first else redirect("my_care")
    return render(request, "care/contact.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusals_are_not_found
def change_contact(request, code):
    contact = access.own_contact_for(request.user, code)
    saved = {name: getattr(contact, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=saved)
    if request.method == "POST" and form.is_valid():
        contacts.change_contact(contact, request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("my_care")
    return render(request, "care/contact.html", {"form": form, "contact": contact})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusals_are_not_found
def withdraw_contact(request, code):
    contact = access.own_contact_for(request.user, code)
    if request.method == "POST":
        contacts.withdraw_contact(contact, request.user)
        messages.success(request, _("We will not call this person any more."))
        return redirect("my_care")
    is_last = access.own_contacts_of(request.user).count() == 1
    return render(request, "care/withdraw_contact.html", {"contact": contact, "is_last": is_last})


@login_required
@refusals_are_not_found
def contacts_of(request, code):
    """Whom the team may call for a patient. Reading it is recorded."""
    patient = access.patient_for(request.user, code)
    record_read(request.user, patient, "emergency_contact")
    context = {"patient": patient, "contacts": access.contacts_for(request.user, patient)}
    return render(request, "care/contacts_of.html", context)

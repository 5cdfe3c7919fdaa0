"""Forms of signing in, of saying "it's me" again, and of one's own account."""

from allauth.account import forms as account
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import proof
from accounts.services.invitations import is_shut_out
from accounts.widgets import TimeZoneInput

CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "class": "code",
    "spellcheck": "false",
}


class InOurWords:
    """allauth's form with our labels, and without placeholders: a label stays readable while one types."""

    labels: dict = {}
    hints: dict = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


# --- Signing in ---------------------------------------------------------------------


class SignInForm(InOurWords, account.LoginForm):
    """An address, and a password for those who have one. Without it a code is sent."""

    labels = {"login": _("Your email"), "password": _("Password")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["password"].required = False

    def clean(self):
        cleaned = super().clean()
        if is_shut_out(cleaned.get("login", "")):
            self.user = None  # nobody to us, and it looks the same from outside
        return cleaned


class RequestCodeForm(InOurWords, account.RequestLoginCodeForm):
    labels = {"email": _("Your email")}

    def clean_email(self):
        email = super().clean_email()
        if is_shut_out(email):
            self._user = None
        return email


class ConfirmCodeForm(InOurWords, account.ConfirmLoginCodeForm):
    labels = {"code": _("Your code")}
    hints = {"code": _("The email comes from vioport. Nothing in it says what this is for.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE | {"maxlength": 12})


class ForgotPasswordForm(InOurWords, account.ResetPasswordForm):
    labels = {"email": _("Your email")}


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password, once more")}
    hints = {"password1": _("At least 12 characters. A few words in a row are good.")}


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    labels = NewPasswordForm.labels
    hints = NewPasswordForm.hints


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    labels = NewPasswordForm.labels | {"oldpassword": _("Password until now")}
    hints = NewPasswordForm.hints


# --- The second factor --------------------------------------------------------------


class CodeOfNumbers(InOurWords):
    labels = {"code": _("Code from your app, or a recovery code")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE | {"inputmode": "numeric"})


class SecondFactorForm(CodeOfNumbers, mfa.AuthenticateForm):
    pass


class ActivateAppForm(CodeOfNumbers, ActivateTOTPForm):
    labels = {"code": _("The code that your app shows")}


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm):
    """Every key is made a passkey: it stays in the device and asks for a finger, a face or a PIN."""

    labels = {"name": _("A name for this device")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless")

    def clean(self):
        # allauth looks at this answer to ask that the person, not only the device, was there.
        self.cleaned_data["passwordless"] = True
        return super().clean()


class RenamePasskeyForm(InOurWords, webauthn.EditWebAuthnForm):
    labels = {"name": _("A name for this device")}


# --- "It's me" again: after a pause, and before changing how one signs in ------------


class ProveByPassword(InOurWords, account.ReauthenticateForm):
    labels = {"password": _("Your password")}

    def prove(self, request):
        reauthenticate_by_password(request)


class ProveByApp(CodeOfNumbers, mfa.ReauthenticateForm):
    def prove(self, request):
        self.save()


class ProveByPasskey(webauthn.ReauthenticateWebAuthnForm):
    def prove(self, request):
        self.save()


class ProveByMail(forms.Form):
    code = forms.CharField(label=_("The code from the email"), max_length=12)

    def __init__(self, *args, user, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["code"].widget.attrs.update(CODE)

    def clean_code(self):
        try:
            proof.check_code(self.request, self.cleaned_data["code"])
        except proof.WrongCode as wrong:
            raise forms.ValidationError(_WRONG_CODE[type(wrong)]) from None
        return self.cleaned_data["code"]

    def prove(self, request):
        proof.note_proved_by_mail(request)


_WRONG_CODE = {
    proof.WrongCode: _("That is not the code. Look again."),
    proof.CodeIsOver: _("This code no longer works. Ask for a new one."),
}
WAYS = {"passkey": ProveByPasskey, "app": ProveByApp, "password": ProveByPassword, "mail": ProveByMail}


# --- One's own account --------------------------------------------------------------


class AboutMeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "pronouns", "peer_name", "time_zone", "language"]
        help_texts = {
            "peer_name": _("A first name is enough. Your groups may show you by another one."),
            "time_zone": _("Type a city to search."),
        }
        widgets = {"time_zone": TimeZoneInput}

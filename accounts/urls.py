"""The doors of accounts. Of allauth's, only those listed here exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path

from accounts.admin import back_office
from accounts.doors import always_open, sets_up_second_factor
from accounts.proved import proved_lately
from accounts.views import email_change, entrance, invitations, language, me, unlock

entering = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/second/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", always_open(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", entrance.closed, name="account_signup"),
    path("unlock/", sets_up_second_factor(unlock.unlock), name="account_unlock"),
    path("open/", unlock.is_open, name="account_is_open"),
    path("active/", unlock.active, name="account_active"),
]
passwords = [
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", proved_lately(account.password_set), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
second_factor = [
    path("protect/", entrance.protect, name="account_protect"),
    path("second/", mfa.index, name="mfa_index"),
    path(
        "second/app/add/",
        sets_up_second_factor(proved_lately(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path("second/app/remove/", proved_lately(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second/codes/", proved_lately(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second/codes/new/",
        proved_lately(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(
        "passkeys/add/",
        sets_up_second_factor(proved_lately(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path("passkeys/<int:pk>/remove/", proved_lately(entrance.remove_passkey), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/", proved_lately(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
mine = [
    path("", me.overview, name="my_account"),
    path("about/", me.about_me, name="about_me"),
    path("sessions/", me.my_logins, name="usersessions_list"),
]
urlpatterns = [
    path("accounts/", include([*entering, *passwords, *second_factor, *mine])),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("address/<str:token>/", email_change.email_change, name="email_change"),
    path("back-office/", back_office.urls),
    path("i18n/setlang/", language.choose, name="set_language"),
]

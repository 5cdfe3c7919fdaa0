from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from allauth.usersessions.models import UserSession
        from django.contrib.auth import signals as auth
        from django.db.models.signals import post_delete

        from accounts.services import endings, invitations, rotation, sign_in
        from vault.rotation import further

        further["second factors"] = rotation.rotate
        auth.user_logged_in.connect(sign_in.on_signed_in)
        auth.user_logged_in.connect(invitations.on_signed_in)
        auth.user_login_failed.connect(sign_in.on_sign_in_failed)
        auth.user_logged_out.connect(endings.on_signed_out)
        account.login_code_rejected.connect(sign_in.on_code_rejected)
        account.authentication_step_completed.connect(sign_in.on_proved)
        for changed in (account.password_changed, account.password_set, account.password_reset):
            changed.connect(endings.on_password_changed)
        mfa.authenticator_added.connect(sign_in.on_factor_added)
        mfa.authenticator_removed.connect(sign_in.on_factor_removed)
        mfa.authenticator_reset.connect(sign_in.on_recovery_codes_made)
        mfa.authentication_failed.connect(sign_in.on_factor_failed)
        post_delete.connect(endings.on_session_removed, sender=UserSession)

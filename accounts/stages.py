"""The step of signing in that asks for the second factor."""

from allauth.mfa.stages import AuthenticateStage

from accounts.access import may_prove_by_mail


class SecondFactorStage(AuthenticateStage):
    """For a patient a passkey is a quicker way in, not a second lock.

    Someone who adds one for comfort and loses the telephone must still reach the group with a code by
    email. Who wants a second lock adds an authenticator app; staff are always asked.
    """

    def _should_handle(self, request):
        return super()._should_handle(request) and not may_prove_by_mail(self.login.user)

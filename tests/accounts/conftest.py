import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret


@pytest.fixture
def mayas_secret(cast):
    """Maya has set up her authenticator app: this is what the app knows."""
    secret = generate_totp_secret()
    TOTP.activate(cast.maya, secret)
    return secret

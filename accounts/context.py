"""What every page may show."""

from django.conf import settings


def help_phone(request) -> dict:
    """Whom to call when signing in does not work."""
    return {"help_phone": settings.HELP_PHONE}

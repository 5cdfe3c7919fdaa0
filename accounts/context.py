"""What every page may show."""

from django.conf import settings

from accounts.access import idle_limit


def for_every_page(request) -> dict:
    """Whom to call when signing in does not work, and after how long a page locks."""
    return {"help_phone": settings.HELP_PHONE, "idle_minutes": lambda: _minutes(request.user)}


def _minutes(person) -> float:
    return idle_limit(person).total_seconds() / 60

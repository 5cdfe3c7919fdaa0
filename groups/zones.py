"""A time zone, chosen from a list in which the common ones come first."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

COMMON = {
    "America/New_York": _("Eastern (New York)"),
    "America/Chicago": _("Central (Chicago)"),
    "America/Denver": _("Mountain (Denver)"),
    "America/Phoenix": _("Mountain without summer time (Phoenix)"),
    "America/Los_Angeles": _("Pacific (Los Angeles)"),
    "America/Anchorage": _("Alaska (Anchorage)"),
    "Pacific/Honolulu": _("Hawaii (Honolulu)"),
    "America/Puerto_Rico": _("Atlantic (Puerto Rico)"),
}
PLACES = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def elsewhere() -> list[tuple[str, str]]:
    """Every other zone that is a place, by name."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(PLACES))
    return [(zone, zone.replace("_", " ")) for zone in zones if zone not in COMMON]


def choices() -> list:
    return [(_("United States"), list(COMMON.items())), (_("Elsewhere"), elsewhere())]


class ZoneField(forms.ChoiceField):
    """A select of time zones."""

    def __init__(self, **options):
        super().__init__(choices=choices, **options)

    def valid_value(self, value) -> bool:
        return value in available_timezones()

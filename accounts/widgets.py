"""Fields that Django does not bring. Their looks are in static/css/forms.css."""

from zoneinfo import available_timezones

from django import forms


class Scale(forms.RadioSelect):
    """0 to 10 in boxes, nothing chosen beforehand. For an IntegerField with both bounds."""

    def __init__(self, attrs=None):
        super().__init__({"class": "scale"} | (attrs or {}), choices=[(n, str(n)) for n in range(11)])


class Switch(forms.CheckboxInput):
    """On or off: words left, the switch right, the hint under the words."""

    def __init__(self, attrs=None, check_test=None):
        super().__init__({"role": "switch"} | (attrs or {}), check_test)


class TimeZoneInput(forms.TextInput):
    """A field to type a city into; the browser searches the list."""

    template_name = "accounts/_time_zone.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "zones": time_zones(),
            "attrs": context["widget"]["attrs"] | {"list": f"{name}-list"},
        }
        return context


def time_zones() -> list[str]:
    """Zones named after a place, those of the United States first."""
    placed = sorted(name for name in available_timezones() if name.split("/")[0] in AREAS and "/" in name)
    return [*HERE, *(name for name in placed if name not in HERE)]


AREAS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
HERE = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
]

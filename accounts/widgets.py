"""Fields that Django does not bring. Their looks are in static/css/forms.css."""

from django import forms


class Scale(forms.RadioSelect):
    """0 to 10 in boxes, nothing chosen beforehand. For an IntegerField with both bounds."""

    def __init__(self, attrs=None):
        super().__init__({"class": "scale"} | (attrs or {}), choices=[(n, str(n)) for n in range(11)])


class Switch(forms.CheckboxInput):
    """On or off: words left, the switch right, the hint under the words."""

    def __init__(self, attrs=None, check_test=None):
        super().__init__({"role": "switch"} | (attrs or {}), check_test)

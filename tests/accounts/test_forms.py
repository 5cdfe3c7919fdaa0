"""Forms come out right from Django's own widgets."""

from django import forms

from accounts.widgets import Scale, Switch


class Arriving(forms.Form):
    mail = forms.EmailField(label="Email", help_text="It says nothing.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    mood = forms.IntegerField(label="Mood", min_value=0, max_value=10, widget=Scale)
    sound = forms.BooleanField(label="Sound only", widget=Switch, required=False)
    words = forms.CharField(label="Words", required=False)


def test_what_is_wrong_is_listed_on_top_with_links_to_each_field():
    page = str(Arriving({"mail": "rosa@"}))
    assert 'role="alert"' in page
    assert '<a href="#id_mail">Email</a> This email is not complete.' in page
    assert '<a href="#id_kind_0">Kind</a> Choose one.' in page
    assert '<a href="#id_mood_0">Mood</a> Fill this in.' in page
    assert "3 things to fix" in page


def test_what_was_typed_stays_and_the_error_is_tied_to_its_field():
    page = str(Arriving({"mail": "rosa@"}))
    assert 'value="rosa@"' in page
    assert 'aria-describedby="id_mail_helptext id_mail_error"' in page
    assert 'id="id_mail_error"' in page


def test_optional_fields_say_so_and_needed_ones_have_no_stars():
    page = str(Arriving())
    assert 'Words <span class="optional">' in page
    assert 'Email <span class="optional">' not in page
    assert "*" not in page


def test_a_scale_has_eleven_boxes_and_nothing_chosen():
    scale = str(Arriving()["mood"])
    assert scale.count('type="radio"') == 11
    assert "checked" not in scale


def test_hostile_words_come_back_as_words():
    page = str(Arriving({"mail": '"><script>alert(1)</script>'}))
    assert "<script>" not in page

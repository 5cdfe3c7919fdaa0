from datetime import timedelta

from django.utils import timezone


def test_a_session_lasts_as_long_as_it_was_made(cast, a_session):
    tomorrow = timezone.now() + timedelta(days=1)
    meeting = a_session(cast.tuesday, starts_at=tomorrow, minutes=50)
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=50)
    assert not meeting.is_open

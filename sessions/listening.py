"""What we do when a room downstairs has news. Connected in SessionsConfig.ready()."""

from sessions.services import series


def end_the_schedule(group, by, **_news) -> None:
    """A group that ended meets no more."""
    series.end_all_of(group, by=by)

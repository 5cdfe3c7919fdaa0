"""Minutes are the union of visits: each moment counts once, in its fullest mode."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions.models import Visit
from sessions.services.minutes import gaps_of, minutes_of, stretches_of

SIX = datetime(2026, 11, 19, 18, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return SIX + timedelta(minutes=minutes)


def visit(start: float, end: float | None, mode: str = "video", heard: float | None = None) -> Visit:
    return Visit(
        opened_at=at(start),
        closed_at=None if end is None else at(end),
        last_heard_at=at(end if heard is None else heard),
        mode=mode,
    )


def drawn(visits, now: float = 120) -> list[tuple[float, float, str]]:
    minute = timedelta(minutes=1)
    return [
        ((s.start - SIX) / minute, (s.end - SIX) / minute, str(s.mode)) for s in stretches_of(visits, at(now))
    ]


@pytest.mark.parametrize(
    "visits, expected",
    [
        pytest.param([], [], id="nobody came"),
        pytest.param([visit(0, 60)], [(0, 60, "video")], id="one visit"),
        pytest.param([visit(0, 40), visit(30, 60)], [(0, 60, "video")], id="two tabs count once"),
        pytest.param(
            [visit(0, 60), visit(10, 20)], [(0, 60, "video")], id="a tab inside another adds nothing"
        ),
        pytest.param([visit(30, 60), visit(0, 20)], [(0, 20, "video"), (30, 60, "video")], id="a lost line"),
        pytest.param(
            [visit(0, 20), visit(20, 60, "audio")],
            [(0, 20, "video"), (20, 60, "audio")],
            id="picture off later",
        ),
        pytest.param(
            [visit(0, 60, "telephone"), visit(10, 20)],
            [(0, 10, "telephone"), (10, 20, "video"), (20, 60, "telephone")],
            id="the fuller mode names the moment",
        ),
        pytest.param(
            [visit(0, 30, "waiting"), visit(30, 60)], [(30, 60, "video")], id="waiting does not count"
        ),
        pytest.param([visit(0, None, heard=119.9)], [(0, 120, "video")], id="still there"),
        pytest.param([visit(0, None, heard=90)], [(0, 90, "video")], id="silent since minute 90"),
        pytest.param([visit(5, 5)], [], id="an empty visit"),
    ],
)
def test_time_in_the_room_is_drawn_once(visits, expected):
    assert drawn(visits) == expected


def test_a_gap_lies_between_first_in_and_last_out():
    stretches = stretches_of([visit(0, 20), visit(20, 25, "audio"), visit(30, 60)], at(120))
    assert gaps_of(stretches) == [(at(25), at(30))]
    assert minutes_of(stretches) == 55


def test_a_telephone_call_has_no_heartbeat_and_runs_until_staff_end_it():
    assert drawn([visit(0, None, "telephone", heard=0)], now=50) == [(0, 50, "telephone")]

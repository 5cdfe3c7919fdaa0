"""Seats of a group, drawn as a row of arches."""

from django import template

register = template.Library()
WIDTH = 16  # of one arch, with the gap after it


@register.inclusion_tag("groups/_seats.html")
def seats(taken: int, all_of_them: int) -> dict:
    """`{% seats 9 10 %}`: nine full arches and an empty one."""
    return {
        "taken": taken,
        "all": all_of_them,
        "width": WIDTH * max(taken, all_of_them),
        "seats": [(WIDTH * n, n < taken) for n in range(max(taken, all_of_them))],
    }

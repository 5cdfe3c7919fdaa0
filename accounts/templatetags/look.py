"""Small words that templates use everywhere. Built in: no {% load %} needed."""

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> str:
    """`{% icon "phone" %}`: a picture of the sprite. It stands beside a word, so screen readers skip it."""
    return format_html(
        '<svg class="icon{}" width="22" height="22" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {css}" if css else "",
        static("img/icons.svg"),
        name,
    )


@register.filter
def shell(request) -> str:
    """`{% extends request|shell %}`: the shell of whoever reads, for pages that everyone shares."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return "plain.html"
    return "staff.html" if person.is_clinic_staff else "patient.html"


@register.inclusion_tag("_back.html")
def back(to: str, title: str, label: str = "") -> dict:
    """`{% back to=url title=_("Invite a relative") %}`: fills the block `back` of the top bar."""
    return {"to": to, "title": title, "label": label}


@register.inclusion_tag("_nav_link.html", takes_context=True)
def nav_link(context, name: str, picture: str, words: str, under: str = "") -> dict:
    """One line of the main navigation; nothing where this installation has no such page."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return {}
    return {"href": href, "picture": picture, "words": words, "is_here": _is_here(context, href, under)}


def _is_here(context, href: str, under: str) -> bool:
    path = getattr(context.get("request"), "path", "")
    return path == href or (href != "/" and path.startswith(href)) or bool(under and path.startswith(under))

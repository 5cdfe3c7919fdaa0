"""What every refusal looks like from outside: a page that does not exist."""

from functools import wraps

from django.http import Http404

from groups.access import NotYours


def refusals_are_not_found(view):
    """Answer 404 where access says that it is not yours, with the bytes of any other missing page."""

    @wraps(view)
    def carried(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotYours:
            raise Http404 from None

    return carried

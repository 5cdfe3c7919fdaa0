"""The words of our scripts in the reader's language: one small file, asked for by the pages that need it."""

from django.conf import settings
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.i18n import JavaScriptCatalog


class OwnWords(JavaScriptCatalog):
    """Our own catalogs only: Django's admin would add its hundreds."""

    packages = ["vioport"]

    def get_paths(self, packages: list[str]) -> list[str]:
        return [str(path) for path in settings.LOCALE_PATHS]


# Pages ask with their language in the address, so it may be kept; nothing secret is in it to compress.
browser_words = cache_control(private=True, max_age=3600)(gzip_page(OwnWords.as_view()))

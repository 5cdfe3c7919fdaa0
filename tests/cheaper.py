"""What Django does anew for every test though no test asks for it, done more cheaply."""

import threading

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers import base
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.utils.module_loading import import_string

from tests.emptying import empty_what_was_written

FILES = "servestatic.middleware.ServeStaticMiddleware"
_pages_only = threading.local()


def no_files(get_response):
    raise MiddlewareNotUsed


no_files.sync_capable = no_files.async_capable = True


def load_for_pages(handler, is_async=False):
    """Tests ask for pages: what serves files would put a loop and three threads before each view."""
    _pages_only.now = True
    try:
        base.BaseHandler.load_middleware(handler, is_async)
    finally:
        _pages_only.now = False


def import_middleware(path: str):
    return no_files if path == FILES and getattr(_pages_only, "now", False) else import_string(path)


def cheaper(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(base, "import_string", import_middleware)
    patch.setattr(ClientHandler, "load_middleware", load_for_pages)
    patch.setattr(TransactionTestCase, "_fixture_teardown", empty_what_was_written)
    patch.setattr(PBKDF2PasswordHasher, "iterations", 1000)

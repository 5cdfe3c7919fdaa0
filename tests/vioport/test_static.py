"""Files as they are served outside development."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.fixture
def collected(tmp_path, settings) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "vioport.static.HashedFiles"}}
    for _again in range(2):  # a second collecting finds files that are newer than what was written
        call_command("collectstatic", verbosity=0, interactive=False)
    return tmp_path


def test_a_page_fetches_its_looks_in_one_file_and_imports_modules_by_their_hashed_names(collected, settings):
    (site,) = (path for path in (collected / "css").glob("site.*.css"))
    styles = site.read_text()
    assert "@import" not in styles
    for name in ("tokens", "base", "parts", "forms", "shell"):
        assert Path(settings.BASE_DIR, "static/css", f"{name}.css").read_text() in styles

    (main,) = (path for path in (collected / "js/room").glob("main.*.js"))
    imported = re.findall(r'(?m)^import .* from "([^"]+)"', main.read_text())
    assert imported
    assert all((main.parent / address).is_file() for address in imported)
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", address) for address in imported)

    (page,) = (path for path in (collected / "js/room/page").glob("room.*.js"))
    fetched_later = re.findall(r'=> import\("\./([^"]+)"\)', page.read_text())
    assert len(fetched_later) > 1
    assert all((page.parent / address).is_file() and address.count(".") == 2 for address in fetched_later)

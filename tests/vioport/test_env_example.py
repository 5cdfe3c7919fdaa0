import re
from itertools import pairwise

from django.conf import settings


def test_every_setting_has_its_sentence_in_the_example():
    source = (settings.BASE_DIR / "vioport/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    lines = (settings.BASE_DIR / ".env.example").read_text().splitlines()
    told = {line.lstrip("#").split("=")[0]: before for before, line in pairwise(lines) if is_setting(line)}
    assert set(told) == read
    assert [name for name, before in told.items() if not before.startswith("# ")] == []


def is_setting(line: str) -> bool:
    return bool(re.match(r"#?[A-Z_]+=", line))

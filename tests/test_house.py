"""The rules of the house that no single test would notice being broken."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
FLOORS = {
    "audit": 0,
    "vault": 0,
    "wire": 0,
    "accounts": 1,
    "groups": 2,
    "care": 3,
    "messaging": 4,
    "education": 4,
    "sessions": 5,
    "vioport": 6,
}
MOUTHS = {"views", "consumers", "forms", "admin", "urls", "routing"}
VERBS = {"services", "access", "broadcasts"}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add, by pattern."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True)
    return [TOP / name for name in listed.stdout.split("\n") if name and (TOP / name).exists()]


def rooms_files() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(TOP).parts[0] in FLOORS]


def imports_of(path: Path) -> list[str]:
    """Dotted names that the file at `path` imports, those inside functions included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{name.name}" for name in node.names]
    return found


def said(path: Path, why: str) -> str:
    return f"{path.relative_to(TOP)}: {why}"


def matching(paths: list[Path], pattern: str) -> list[str]:
    """`file:line: text` wherever `pattern` is found."""
    seen = re.compile(pattern)
    return [
        f"{path.relative_to(TOP)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if seen.search(line)
    ]


def test_imports_point_down_the_stairs():
    wrong = []
    for path in rooms_files():
        room = path.relative_to(TOP).parts[0]
        others = {name.split(".")[0] for name in imports_of(path)} & set(FLOORS) - {room}
        wrong += [said(path, f"imports {other}") for other in others if FLOORS[other] >= FLOORS[room]]
    assert wrong == []


def test_verbs_and_nouns_never_import_mouths_and_nouns_never_import_verbs():
    wrong = []
    for path in rooms_files():
        room, *inside = path.relative_to(TOP).with_suffix("").parts
        layer = VERBS | MOUTHS if inside[0] == "models" else MOUTHS if inside[0] in VERBS else set()
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == room and len(parts) > 1 and parts[1] in layer:
                wrong.append(said(path, f"imports {name}"))
    assert wrong == []


def test_nothing_under_tests_is_a_package():
    assert list((TOP / "tests").rglob("__init__.py")) == []


def test_every_text_of_people_reaches_the_page_as_text():
    scripts = tracked("static/js/**.js")
    pattern = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|srcdoc"
    assert matching(scripts, pattern) == []
    assert matching(tracked("templates/**"), r"\|\s*safe\b|autoescape off|hx-on|hx-vals=.js:") == []
    assert matching(rooms_files(), r"\bmark_safe\(|\bSafeString\(|__html__") == []


def test_no_query_is_written_by_hand():
    assert matching(rooms_files(), r"\.raw\(|\.extra\(|RawSQL") == []


def test_templates_hold_no_script_and_no_style():
    templates = tracked("templates/**.html")
    assert matching(templates, r"<script(?![^>]*\bsrc=)(?![^>]*application/json)") == []
    assert matching(templates, r"""<style|\sstyle=["']|\son[a-z]+=["']|javascript:""") == []


def test_nothing_can_record():
    browser = tracked("static/js/**.js", "templates/**")
    assert matching(browser, r"MediaRecorder|captureStream") == []
    assert matching(rooms_files(), r"(?i)room_?record|can_?record|egress") == []


def test_a_word_is_spelled_one_way():
    pages = [*tracked("templates/**", "static/js/**.js", "docs/**.md", "*.md"), *rooms_files()]
    assert matching(pages, r"(?i)\be-mail") == []


def test_the_browser_keeps_nothing_of_a_session():
    """Only the choice of devices is kept, in the one file that is about devices."""
    scripts = [path for path in tracked("static/js/**.js") if path.name != "devices.js"]
    assert matching(scripts, r"localStorage|indexedDB|document\.cookie\s*=") == []


def test_secrets_never_come_from_a_guessable_source():
    serious = [path for path in rooms_files() if "demo" not in path.parts]
    assert matching(serious, r"^\s*(import random|from random)\b") == []


def test_no_committed_file_names_a_package_registry():
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "npmjs" + ".org",
        "npmjs" + ".com",
        "jsdelivr",
        "unpkg",
    )
    pattern = (
        "|".join(map(re.escape, hosts)) + r"|(extra-)?index-url|registry *= *.?http|\"resolved\": *\"http"
    )
    paths = [path for path in tracked() if path.suffix not in {".png", ".webp", ".mo", ".woff2"}]
    assert matching([p for p in paths if p != Path(__file__) and p.parent.name != "deploy"], pattern) == []


def test_no_third_party_code_is_committed():
    wrong = r"\.min\.(js|css)$|(^|/)(vendor|third_party|node_modules)/"
    names = [str(path.relative_to(TOP)) for path in tracked()]
    assert [name for name in names if re.search(wrong, name)] == []


@pytest.mark.parametrize("room", sorted(set(FLOORS) - {"vioport"}))
def test_a_room_has_no_drawer_for_odds_and_ends(room):
    assert [
        name
        for name in ("utils", "helpers", "common", "base", "core")
        if (TOP / room / f"{name}.py").exists()
    ] == []

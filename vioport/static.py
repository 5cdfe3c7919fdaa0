"""How pages' files are served outside development: compressed, under names that follow their content."""

import posixpath
import re
from pathlib import Path

from servestatic.storage import CompressedManifestStaticFilesStorage

# Only statements at the start of a line: types in comments say import("…") too, and in circles.
IMPORTS = (
    (
        r"""(?m)^(?P<matched>(?P<what>(?:import|export)\b[^;'"]*?\bfrom)\s*["'](?P<url>\.[^"']+)["'];)""",
        """%(what)s "%(url)s";""",
    ),
    (r"""(?m)^(?P<matched>import\s*["'](?P<url>\.[^"']+)["'];)""", """import "%(url)s";"""),
    (
        r"""(?P<matched>(?P<what>await|=>) import\(["'](?P<url>\.[^"']+)["']\))""",
        """%(what)s import("%(url)s")""",
    ),
)


STYLE_IMPORT = re.compile(r"""@import url\("(?P<name>[^"]+)"\);""")


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Modules import each other by hashed names too, so a new version never meets an old one.

    A stylesheet that imports others becomes one file: each more would be a way to the server and back.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", IMPORTS))

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                self._join(name, paths)
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, name: str, paths: dict) -> None:
        styles = _source(name, paths)
        joined = STYLE_IMPORT.sub(lambda found: _source(_beside(name, found["name"]), paths), styles)
        if joined != styles:
            Path(self.path(name)).write_text(joined)
            paths[name] = (self, name)


def _source(name: str, paths: dict) -> str:
    """What was written, not what an earlier collecting made of it."""
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()


def _beside(name: str, other: str) -> str:
    return posixpath.join(posixpath.dirname(name), other)

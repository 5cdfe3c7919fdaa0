"""How pages' files are served outside development: compressed, under names that follow their content."""

from servestatic.storage import CompressedManifestStaticFilesStorage

# Only statements at the start of a line: types in comments say import("…") too, and in circles.
IMPORTS = (
    (
        r"""(?m)^(?P<matched>(?P<what>(?:import|export)\b[^;'"]*?\bfrom)\s*["'](?P<url>\.[^"']+)["'];)""",
        """%(what)s "%(url)s";""",
    ),
    (r"""(?m)^(?P<matched>import\s*["'](?P<url>\.[^"']+)["'];)""", """import "%(url)s";"""),
    (r"""(?P<matched>await import\(["'](?P<url>\.[^"']+)["']\))""", """await import("%(url)s")"""),
)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Modules import each other by hashed names too, so a new version never meets an old one."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", IMPORTS))

"""The half of each data key that no backup may hold: a small folder, or Redis without a disk.

A data key needs two halves. One is in the database, sealed by the key ring, and goes wherever backups go.
The other is here, where EPHEMERAL_KEYS_URL says. When it is removed, every copy of the first is worthless.
"""

import contextlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from vault.keyring import Unreadable

SHARE_BYTES = 32
OUTLIVES_ANY_SESSION = 7 * 24 * 3600
# Backup programs that know this mark (borg, restic, GNU tar, rsnapshot) leave the folder out by themselves.
CACHE_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Keys that must not be in a backup.\n"


class StoreUnreachable(Unreadable):
    """The store of shares does not answer. Nothing is lost yet."""


class Shares(Protocol):
    def get(self, code: str) -> bytes | None: ...

    def put(self, code: str, share: bytes) -> bytes:
        """Keep `share` unless there is one already. Returns the one that stands."""

    def remove(self, code: str) -> None: ...


class FolderShares:
    """One file per key. For several processes of one machine; best on a RAM disk, which no backup sees."""

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, code: str) -> bytes | None:
        with self._trouble_told():
            try:
                return (self.folder / code).read_bytes()
            except FileNotFoundError:
                return None

    def put(self, code: str, share: bytes) -> bytes:
        with self._trouble_told():
            self._prepare()
            # Whole under another name first: a process killed in between leaves no piece of a share.
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(share)
                os.link(draft, self.folder / code)
            except FileExistsError:
                return (self.folder / code).read_bytes()
            finally:
                os.unlink(draft)
            return share

    def remove(self, code: str) -> None:
        with self._trouble_told(), contextlib.suppress(FileNotFoundError):
            with open(self.folder / code, "r+b") as file:
                file.write(bytes(SHARE_BYTES))
                file.flush()
                os.fsync(file.fileno())
            os.unlink(self.folder / code)

    def _prepare(self) -> None:
        if not (tag := self.folder / "CACHEDIR.TAG").exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            tag.write_text(CACHE_TAG)

    @contextlib.contextmanager
    def _trouble_told(self):
        try:
            yield
        except OSError as error:
            raise StoreUnreachable(type(error).__name__) from None


class RedisShares:
    """For several machines. The server must keep nothing on disk: `save ""`, `appendonly no`."""

    def __init__(self, url: str):
        import redis  # only where it is used: the demo has no Redis

        self.redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self.trouble = redis.RedisError

    def get(self, code: str) -> bytes | None:
        return self._ask(lambda: self.redis.get(f"share:{code}"))

    def put(self, code: str, share: bytes) -> bytes:
        name = f"share:{code}"
        self._ask(lambda: self.redis.set(name, share, nx=True, ex=OUTLIVES_ANY_SESSION))
        return self._ask(lambda: self.redis.get(name)) or share

    def remove(self, code: str) -> None:
        self._ask(lambda: self.redis.delete(f"share:{code}"))

    def _ask(self, question):
        try:
            return question()
        except self.trouble as error:
            raise StoreUnreachable(type(error).__name__) from None


@lru_cache(maxsize=4)
def _store_at(url: str) -> Shares:
    parts = urlsplit(url)
    if parts.scheme in ("redis", "rediss", "unix"):
        return RedisShares(url)
    if parts.scheme == "file":
        return FolderShares(Path(unquote(parts.path)))
    raise ValueError("EPHEMERAL_KEYS_URL must begin with file:// or redis://")


def store() -> Shares:
    return _store_at(settings.EPHEMERAL_KEYS_URL)

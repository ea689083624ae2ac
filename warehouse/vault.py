"""The vault: every original kept as received, encrypted so that the custodian alone opens it.

Files are in the age format (age-encryption.org); this installation knows the custodian's
public key only, and names each file by the SHA-256 of its clear bytes.
"""

import contextlib
import hashlib
import os
import secrets
import time
from pathlib import Path

from warehouse.errors import SimimoError
from warehouse.settings import settings

UNFINISHED_SECONDS = 6 * 3600
"""Age from which a file that nobody goes on writing is what a killed receipt left."""


class VaultKeyMissing(SimimoError):
    """No public key of the custodian is at hand."""

    key = "vault_key_missing"
    exit_code = 3


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, sha256: str) -> Path:
    """Keep the file at `path` encrypted; the same bytes are kept once."""
    import pyrage

    target = settings().vault_dir / sha256[:2] / f"{sha256}.age"
    if target.exists():
        return target
    recipient = pyrage.x25519.Recipient.from_str(_recipient())
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = target.with_suffix(f".{secrets.token_hex(4)}.part")
    with path.open("rb") as clear, unfinished.open("wb") as sealed:
        pyrage.encrypt_io(clear, sealed, [recipient])
        sealed.flush()
        os.fsync(sealed.fileno())
    unfinished.replace(target)
    return target


def sweep() -> None:
    """Remove the unfinished files of killed receipts; one still being written is younger."""
    oldest = time.time() - UNFINISHED_SECONDS
    for unfinished in settings().vault_dir.glob("*/*.part"):
        with contextlib.suppress(FileNotFoundError):
            if unfinished.stat().st_mtime < oldest:
                unfinished.unlink()


def open_original(sha256: str, identity_file: Path, target: Path) -> None:
    """Write the clear original of `sha256` to `target` with the custodian's own key file."""
    import pyrage

    lines = identity_file.read_text("utf-8").splitlines()
    secret = next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
    identity = pyrage.x25519.Identity.from_str(secret)
    sealed = settings().vault_dir / sha256[:2] / f"{sha256}.age"
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with sealed.open("rb") as source, os.fdopen(descriptor, "wb") as clear:
        pyrage.decrypt_io(source, clear, [identity])


def ensure_custodian() -> Path | None:
    """Draw a key pair where no public key is set; the path of the secret key, to take away.

    The secret is written once, readable by its owner; it belongs on the custodian's own
    medium, not on this machine.
    """
    import pyrage

    public = settings().keys_dir / "custodian.pub"
    if settings().custodian_recipient or public.exists():
        return None
    identity = pyrage.x25519.Identity.generate()
    public.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = settings().keys_dir / "custodian.key"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    public.write_text(f"{identity.to_public()}\n", "utf-8")
    return secret


def _recipient() -> str:
    given = settings().custodian_recipient
    if given:
        return given
    public = settings().keys_dir / "custodian.pub"
    if not public.exists():
        raise VaultKeyMissing(where=str(public))
    return public.read_text("utf-8").strip()

"""What a file is, told by its first bytes, and the archives that may be opened.

An archive is opened only when its sizes are sane: nothing is inflated to find out.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable

ONE_KIB = 1024
ONE_MIB = 1024 * ONE_KIB
ONE_GIB = 1024 * ONE_MIB

MAX_INFLATED = 16 * ONE_GIB
"""Bytes that all members of a text archive may inflate to together."""
MAX_INFLATED_WORKBOOK = 3 * ONE_GIB
"""Bytes that the parts of an XLSX workbook may inflate to together."""
MAX_RATIO = 400
"""Inflated bytes for one stored byte of a member; blank-filled records reach some 60."""
RATIO_FREE = 64 * ONE_MIB
"""Inflated bytes below which a member's ratio is of no concern."""
MAX_MEMBERS = 500_000
"""Members of an archive: CNSS counts some 300,000 affiliates."""

SIGNATURES: Mapping[bytes, str] = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "Excel 97-2003 (.xls)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"PAR1": "Parquet",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"SQLite format 3": "SQLite",
}
FORMAT_NAMES: Mapping[str, str] = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "fixed_width": "TXT",
    "sdmx_csv": "SDMX-CSV",
}
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
MARKUP = re.compile(rb"^\s*<(\?xml|!doctype|html|table|meta|style|head)", re.IGNORECASE)
ENCRYPTED = 0x1
LITTER = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)")
HOSTILE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]")
NESTED = re.compile(r"\.(zip|7z|rar|gz|xls)$", re.IGNORECASE)


def format_names(formats: Iterable[str]) -> str:
    """Formats as people call them: ("csv", "fixed_width") -> "CSV, TXT"."""
    return ", ".join(FORMAT_NAMES.get(name, name) for name in formats)


def foreign_format(head: bytes) -> str | None:
    """The name of a format that SIMIMO does not read, when `head` begins like one."""
    for signature, name in SIGNATURES.items():
        if head.startswith(signature):
            return name
    markup = MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")[:256])
    if markup is None:
        return None
    return "XML" if markup.group(1).lower() == b"?xml" else "HTML"


def is_zip(head: bytes) -> bool:
    """Whether a file that begins with `head` is a ZIP archive (XLSX is one, too)."""
    return head.startswith(ZIP_SIGNATURES)


def open_archive(path: Path) -> zipfile.ZipFile:
    """The archive at `path`, its table of contents read and found harmless."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("truncated_archive", type(error).__name__) from error
    try:
        _require_harmless(archive)
    except Unreadable:
        archive.close()
        raise
    return archive


def is_workbook(archive: zipfile.ZipFile, contract: Contract) -> bool:
    """Whether the archive is an XLSX workbook; raises for other office documents."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return True
    for marker, name in {
        "xl/workbook.bin": "XLSB",
        "word/document.xml": "Word",
        "ppt/presentation.xml": "PowerPoint",
        "content.xml": "OpenDocument",
    }.items():
        if marker in names:
            raise Unreadable("wrong_format", found=name, expected=format_names(contract.formats))
    return False


def data_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that may hold data, in the archive's order: no folders, no system litter."""
    return [
        member
        for member in archive.infolist()
        if not member.is_dir() and not LITTER.search(member.filename)
    ]


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's file name without folders (e.g. DS_0001234_202603.txt)."""
    return posixpath.basename(member.filename.replace("\\", "/"))


class MemberStream:
    """A member being inflated; damage on the way raises Unreadable truncated_archive.

    zipfile stops at the size that the table of contents states and then compares the check sum,
    so a member cannot inflate to more than was allowed.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, owned: bool) -> None:
        self._archive = archive if owned else None
        try:
            self._stream = archive.open(member)
        except NotImplementedError as error:
            raise Unreadable("unknown_compression", str(error)) from error
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable("truncated_archive", type(error).__name__) from error

    def __enter__(self) -> "MemberStream":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stream.close()
        if self._archive is not None:
            self._archive.close()

    def read(self, size: int) -> bytes:
        """Up to `size` inflated bytes; b"" at the end."""
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Unreadable("truncated_archive", type(error).__name__) from error


def opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> MemberStream:
    """A member of an archive that stays open."""
    return MemberStream(archive, member, owned=False)


def open_member(path: Path, member: zipfile.ZipInfo) -> MemberStream:
    """A member of the archive at `path`, which is closed with it."""
    return MemberStream(zipfile.ZipFile(path), member, owned=True)


def read_head(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> bytes:
    """The first `size` bytes of a member."""
    with opened(archive, member) as stream:
        return stream.read(size)


def _require_harmless(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Unreadable("archive_bomb", found=f"{len(members)}", limit=f"{MAX_MEMBERS}")
    workbook = any(member.filename == "xl/workbook.xml" for member in members)
    limit = MAX_INFLATED_WORKBOOK if workbook else MAX_INFLATED
    inflated = sum(member.file_size for member in members)
    if inflated > limit:
        raise Unreadable("archive_bomb", found=_mib(inflated), limit=_mib(limit))
    for member in members:
        _require_harmless_member(member)


def _require_harmless_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise Unreadable("encrypted_archive")
    # zipfile cuts a name at its first NUL byte, so the name as stored is looked at.
    if HOSTILE.search(member.orig_filename.replace("\\", "/")):
        raise Unreadable("hostile_name")
    if NESTED.search(member.filename):
        raise Unreadable("nested_archive")
    if member.file_size > RATIO_FREE and member.file_size > MAX_RATIO * max(
        1, member.compress_size
    ):
        raise Unreadable(
            "archive_bomb",
            found=f"1:{member.file_size // max(1, member.compress_size)}",
            limit=f"1:{MAX_RATIO}",
        )


def _mib(size: int) -> str:
    return f"{size // ONE_MIB} MiB"

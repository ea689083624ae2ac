"""The door of the reading stage: which format a file has, and the reader that takes it."""

import re
import zipfile
from functools import partial
from pathlib import Path

from warehouse.contracts.contract import Contract
from warehouse.errors import FileNotReadable, Unreadable
from warehouse.reading import container, fixed_width, sdmx_csv, workbook
from warehouse.reading.delimited import read_delimited
from warehouse.reading.dialect import HEAD, find_dialect
from warehouse.reading.encoding import SAMPLE, byte_order_mark, sniff
from warehouse.reading.extract import Extract
from warehouse.reading.stream import OpenStream

MEMBERS_SHOWN = 6
"""Names of an archive's files that a refusal lists."""


def open_extract(path: Path, contract: Contract) -> Extract:
    """The extract in the file at `path`, its format told by its content.

    Raises Unreadable when the bytes cannot be records of `contract`.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(SAMPLE)
    except OSError as error:
        raise FileNotReadable(file=path.name) from error
    _require_known_format(head, contract)
    if container.is_zip(head):
        return _open_zip(path, contract)
    return _open_text(lambda: path.open("rb"), head, contract, path.name)


def _require_known_format(head: bytes, contract: Contract) -> None:
    if not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty_file")
    if found := container.foreign_format(head):
        raise Unreadable(
            "wrong_format", found=found, expected=container.format_names(contract.formats)
        )


def _require_format(name: str, contract: Contract) -> None:
    if name not in contract.formats:
        found, expected = container.format_names([name]), container.format_names(contract.formats)
        raise Unreadable("wrong_format", found=found, expected=expected)


def _open_zip(path: Path, contract: Contract) -> Extract:
    with container.open_archive(path) as archive:
        if container.is_workbook(archive, contract):
            _require_format("xlsx", contract)
            return workbook.open_workbook(path, archive, contract)
        members = container.data_members(archive)
        if not members:
            raise Unreadable("empty_file")
        if contract.layout is not None and _holds_layout(archive, members, contract):
            return fixed_width.open_archive(path, members, contract)
        if len(members) > 1 and contract.member:
            members = _own_members(members, contract)
        if len(members) > 1:
            raise Unreadable("several_files", found=str(len(members)))
        return _open_member(path, archive, members[0], contract)


def _own_members(members: list[zipfile.ZipInfo], contract: Contract) -> list[zipfile.ZipInfo]:
    """The files of an archive of several extracts that are the contract's; raises where none is."""
    own = [m for m in members if re.search(contract.member, container.member_name(m))]
    if not own:
        found = ", ".join(sorted(container.member_name(m) for m in members)[:MEMBERS_SHOWN])
        raise Unreadable("no_such_member", found=found, contract=contract.id)
    return own


def _holds_layout(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], contract: Contract
) -> bool:
    """Whether one of the members is fixed width: by its name, else by how it begins."""
    if any(fixed_width.names_part(container.member_name(m), contract) for m in members):
        return True
    return any(
        fixed_width.is_fixed_width(container.read_head(archive, m, HEAD), contract)
        for m in members[:100]
    )


def _open_member(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, contract: Contract
) -> Extract:
    """The only file of an archive: a workbook or a text."""
    head = container.read_head(archive, member, SAMPLE)
    _require_known_format(head, contract)
    if container.is_zip(head):
        _require_format("xlsx", contract)
        return workbook.open_inner_workbook(path, archive, member, contract)
    name = container.member_name(member)
    return _open_text(partial(container.open_member, path, member), head, contract, name)


def _open_text(open_stream: OpenStream, head: bytes, contract: Contract, name: str) -> Extract:
    if fixed_width.is_fixed_width(head, contract):
        _require_format("fixed_width", contract)
        return fixed_width.open_text(open_stream, name, contract)
    if other := fixed_width.contract_of_layout(head):
        raise Unreadable("wrong_contract", contract=contract.id, best=other)
    encoding = sniff(head)
    return _open_delimited(open_stream, _text(head, encoding), encoding, contract)


def _text(head: bytes, encoding: str) -> str:
    """The start of the file as text with LF, for its headings."""
    _, mark = byte_order_mark(head)
    text = head[mark : mark + HEAD].decode(encoding, "replace")
    return text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")


def _open_delimited(
    open_stream: OpenStream, text: str, encoding: str, contract: Contract
) -> Extract:
    is_sdmx = "sdmx_csv" in contract.formats
    find = sdmx_csv.find_sdmx_dialect if is_sdmx else find_dialect
    dialect, findings = find(text, contract)
    _require_format("sdmx_csv" if is_sdmx else "csv", contract)
    read = partial(read_delimited, open_stream, contract, encoding, dialect)
    if is_sdmx:
        read = partial(read, inspect=sdmx_csv.inspector(findings))
    return Extract(contract, "sdmx_csv" if is_sdmx else "csv", findings, read)

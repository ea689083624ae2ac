"""The agreed places: where each provider leaves the files of a contract, from places.yml."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from warehouse.contracts.contract import Contract, contract
from warehouse.errors import InvalidPeriod, SimimoError
from warehouse.periods import require_period
from warehouse.reading.container import ONE_MIB
from warehouse.settings import settings

PROTOCOLS = ("file", "sftp", "https", "http", "s3")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
SECRET = re.compile(
    r"(password|passphrase|passwd|secret|token|authorization|cookie|credential)|^(key|auth|pkey)$",
    re.IGNORECASE,
)
"""Options that may not stand in clear; key_filename, a path, may."""
WILDCARD = re.compile(r"[*?\[]")
PERIOD_GROUPS = ({"period"}, {"year"}, {"year", "month"}, {"year", "quarter"})
COMPACT = re.compile(r"(\d{4})[ _.-]?(?:[QqTt]([1-4])|(0[1-9]|1[0-2]))?")


class InvalidPlaces(SimimoError):
    """The file of places cannot be read, or breaks its own vocabulary."""

    key = "invalid_places"
    exit_code = 3


class NoPlaces(SimimoError):
    """No place is agreed, or none for the provider asked for."""

    key = "no_places"


class PeriodNotNamed(SimimoError):
    """The name of a file does not tell its period as its place agrees."""

    key = "period_not_named"


class SecretMissing(SimimoError):
    """The environment variable that holds a secret of a place is not set."""

    key = "secret_missing"
    exit_code = 3


class _Entry(BaseModel):
    """One entry of places.yml, as it is written."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    provider: str
    contract: str
    url: str
    period: str
    specimen: bool = False
    settle_seconds: float = Field(default=5, ge=0, le=600)
    size_max_mib: int = Field(default=4096, ge=1)
    host_key: str | None = Field(default=None, pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")
    options: dict[str, Any] = {}

    @field_validator("url")
    @classmethod
    def _is_agreed_place(cls, url: str) -> str:
        address = urlsplit(url)
        if address.scheme not in PROTOCOLS or "::" in url:
            raise ValueError(f"url: {', '.join(PROTOCOLS)}")
        if address.password is not None:
            raise ValueError("url: password → options {env: NAME}")
        if address.scheme == "http" and address.hostname not in THIS_MACHINE:
            raise ValueError("url: http → https")
        if WILDCARD.search(url.rpartition("/")[0]) or not url.rpartition("/")[2]:
            raise ValueError("url: FOLDER/PATTERN")
        return url

    @field_validator("period")
    @classmethod
    def _names_a_period(cls, expression: str) -> str:
        try:
            groups = set(re.compile(expression).groupindex)
        except re.error as error:
            raise ValueError(f"period: {error}") from None
        if groups not in PERIOD_GROUPS:
            raise ValueError("period: (?P<period>...)")
        return expression

    @field_validator("options")
    @classmethod
    def _holds_no_secret(cls, options: dict[str, Any]) -> dict[str, Any]:
        for name in _clear_secrets(options):
            # The value itself is told nowhere.
            raise ValueError(f"options: {name} → {{env: NAME}}")
        return options


@dataclass(frozen=True)
class Place:
    """Where the files of one contract are left: a folder and a pattern of names, or one file.

    `name_pattern` reads the period from a file's name; `options` may name environment variables
    that hold secrets; `host_key` is the fingerprint of an SFTP server's key.
    """

    name: str
    contract: Contract
    url: str
    name_pattern: re.Pattern[str]
    is_specimen: bool
    settle_seconds: float
    max_bytes: int
    host_key: str | None
    options: Mapping[str, Any]

    @property
    def protocol(self) -> str:
        """How the place is reached, such as sftp."""
        return urlsplit(self.url).scheme

    @property
    def folder(self) -> str:
        """The address without the pattern of names."""
        return self.url.rpartition("/")[0]

    @property
    def has_wildcard(self) -> bool:
        """Whether the address stands for all files of a folder that fit."""
        return WILDCARD.search(self.url.rpartition("/")[2]) is not None

    def takes(self, name: str) -> bool:
        """Whether a file of this name belongs to the place."""
        return fnmatchcase(name, self.url.rpartition("/")[2])

    def period_of(self, name: str) -> str:
        """The period that a file's name tells; raises PeriodNotNamed.

        Months may be written 2026-03 or 202603, quarters 2026-Q1 or 2026T1.
        """
        found = self.name_pattern.fullmatch(name)
        parts = found.groupdict() if found else {}
        written = parts.get("period") or "".join(
            [
                parts.get("year") or "",
                f"Q{parts['quarter']}" if parts.get("quarter") else "",
                (parts.get("month") or "").zfill(2) if parts.get("month") else "",
            ]
        )
        try:
            return require_period(self.contract, _standard(written))
        except InvalidPeriod:
            raise PeriodNotNamed(place=self.name, contract=self.contract.id) from None

    def secrets(self) -> dict[str, Any]:
        """The options with the secrets that they name; raises SecretMissing."""
        return {name: _resolved(value, self.name) for name, value in self.options.items()}


def places(provider: str | None = None) -> list[Place]:
    """The places of `provider`, or all (also of "*"); raises InvalidPlaces or NoPlaces."""
    path = settings().places_file
    wanted = provider.lower() if provider and provider != "*" else None
    found = [place for place in _read(path) if wanted in (None, place.contract.provider)]
    if not found:
        raise NoPlaces(file=path)
    return found


def _read(path: Path) -> list[Place]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidPlaces(file=path, problem=type(error).__name__) from None
    entries = content.get("places") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise InvalidPlaces(file=path, problem="places: [...]")
    read = [_place(entry, number, path) for number, entry in enumerate(entries, start=1)]
    names = [place.name for place in read]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidPlaces(file=path, problem=f"name: 2 × {', '.join(twice)}")
    return read


def _place(entry: Any, number: int, path: Path) -> Place:
    try:
        told = _Entry.model_validate(entry)
    except ValidationError as error:
        # The input is told nowhere: it may be a secret that stands where it may not.
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        problem = f"places[{number}] {where}: {fault['msg']}"
        raise InvalidPlaces(file=path, problem=problem) from None
    of_contract = contract(told.contract)
    problem = ""
    if of_contract.provider != told.provider:
        problem = f"{told.name}: {told.contract} → {of_contract.provider}"
    if told.url.startswith("sftp:") and told.host_key is None:
        problem = f"{told.name}: host_key"
    if problem:
        raise InvalidPlaces(file=path, problem=problem)
    return Place(
        told.name,
        of_contract,
        told.url,
        re.compile(told.period),
        told.specimen,
        told.settle_seconds,
        told.size_max_mib * ONE_MIB,
        told.host_key,
        told.options,
    )


def _standard(written: str) -> str:
    """A period in the warehouse's form, where it is written closely (202603, 2026T1)."""
    found = COMPACT.fullmatch(written)
    if not found:
        return written
    year, quarter, month = found.groups()
    return f"{year}-Q{quarter}" if quarter else f"{year}-{month}" if month else year


def _clear_secrets(options: Mapping[str, Any]) -> list[str]:
    """The names of options, at any depth, that hold a secret in clear."""
    found = []
    for name, value in options.items():
        if isinstance(value, dict) and set(value) != {"env"}:
            found += _clear_secrets(value)
        elif SECRET.search(str(name)) and not isinstance(value, dict):
            found.append(str(name))
    return found


def _resolved(value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"env"}:
        secret = os.environ.get(str(value["env"]))
        if secret is None:
            raise SecretMissing(place=place, variable=value["env"])
        return secret
    return {name: _resolved(inner, place) for name, inner in value.items()}

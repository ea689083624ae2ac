"""Which extracts stand behind a dataflow, by the titles of their contracts, and what they tell."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from warehouse.contracts.contract import contracts
from warehouse.indicator import Dataflow, Labels
from warehouse.messages import LANGUAGES
from warehouse.settings import settings

Telling = Literal["register", "whole", "records", "other"]
"""What a file of an extract tells: a register that completes records; the whole history at once;
the records of its period; or what stands for itself, a table of another or a campaign."""

_PROVISIONAL = "provisional_months:"
_REFERENCE = re.compile(r"ref\(\s*[\"'](\w+)[\"']")


@dataclass(frozen=True)
class Source:
    """One extract, such as cnss_declarations, and the institution that sends it.

    `named` tells the extracts that the definition names from those that only complete them.
    """

    contract: str
    title: Labels
    provider: str
    provider_title: Labels
    named: bool

    def to_json(self) -> dict[str, Any]:
        """The source as plain JSON values."""
        return asdict(self)


def sources_of(definition: Dataflow) -> list[Source]:
    """The extracts behind a dataflow, those that its definition names first."""
    known = contracts()
    # An old release may name an extract whose contract has gone since.
    has_all = set(definition.sources) <= known.keys()
    completing = set(definition.contracts if has_all else ()) - set(definition.sources)
    named = [_source(contract, named=True) for contract in definition.sources]
    return named + [_source(contract, named=False) for contract in sorted(completing)]


def _source(contract_id: str, *, named: bool) -> Source:
    found = contracts().get(contract_id)
    provider = found.provider if found else ""
    return Source(
        contract=contract_id,
        title=found.title if found else dict.fromkeys(LANGUAGES, contract_id),
        provider=provider,
        provider_title=found.provider_title if found else dict.fromkeys(LANGUAGES, provider),
        named=named,
    )


def telling_of(contract_id: str) -> Telling:
    """What a file of this extract tells; of one whose contract has gone, records."""
    found = contracts().get(contract_id)
    if found is None:
        return "records"
    if found.enriches:
        return "register"
    if found.coverage == "cumulative":
        return "whole"
    # A stock is never put together of campaigns: each tells its own.
    is_part = found.kind == "records" and found.coverage != "campaign"
    return "records" if is_part else "other"


@cache
def follows_persons(model: str) -> bool:
    """Whether the figures of a model of the dbt project follow persons from file to file.

    It reads, itself or through others, of schema linked; or what it tells of a period goes on
    changing with later files (provisional_months), as of journeys under way.
    """
    behind_it = list(_models_behind(model))
    if any(path.parent.name == "linked" for path in behind_it):
        return True
    own = next((path.with_suffix(".yml") for path in behind_it if path.stem == model), None)
    return own is not None and own.exists() and _PROVISIONAL in own.read_text("utf-8")


def _models_behind(model: str) -> Iterator[Path]:
    known = _model_files(settings().dbt_dir)
    waiting, seen = [model], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        yield known[name]
        waiting += _REFERENCE.findall(known[name].read_text("utf-8"))


@cache
def _model_files(dbt_dir: Path) -> dict[str, Path]:
    return {path.stem: path for path in (dbt_dir / "models").rglob("*.sql")}

"""Which extracts stand behind a dataflow, by the titles of their contracts."""

from dataclasses import asdict, dataclass
from typing import Any

from warehouse.contracts.contract import contracts
from warehouse.indicator import Dataflow, Labels
from warehouse.messages import LANGUAGES


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

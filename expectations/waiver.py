"""Waivers: a failed expectation that does not hold, with a reason, an owner and an end date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.suite import InvalidSuite, labels
from warehouse.contracts.contract import Labels

WAIVERS_FILE = Path(__file__).parent / "waivers.yml"
WORDS = {"contract", "expectation", "reason", "owner", "ends_on"}


@dataclass(frozen=True)
class Waiver:
    """One expectation of one contract that counts no more until the end of `ends_on`."""

    contract: str
    expectation: str
    reason: Labels
    owner: str
    ends_on: date


def read_waivers(path: Path = WAIVERS_FILE) -> tuple[Waiver, ...]:
    """Every waiver in the file at `path`, expired ones too; raises InvalidSuite."""
    import yaml

    try:
        entries = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or []
        for entry in entries:
            if set(entry) != WORDS or not isinstance(entry["ends_on"], date) or not entry["owner"]:
                raise ValueError(f"{entry}: needs {', '.join(sorted(WORDS))}")
        return tuple(
            Waiver(**{**entry, "reason": labels(entry["expectation"], entry["reason"])})
            for entry in entries
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise InvalidSuite(file=path.name, problem=str(error)) from error


def waiver_of(
    waivers: Iterable[Waiver], contract: str, expectation: str, today: date
) -> Waiver | None:
    """The waiver in force `today` for an expectation of `contract`, or None."""
    return next(
        (
            waiver
            for waiver in waivers
            if (waiver.contract, waiver.expectation) == (contract, expectation)
            and today <= waiver.ends_on
        ),
        None,
    )

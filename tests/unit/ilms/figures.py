"""Small invented releases as tables of text, and ILO's cells as lines of text."""

from typing import Any

from tests.dataflows import given
from warehouse.ilms.filling import Filled, ReleasedYear
from warehouse.indicator import definition_from
from warehouse.messages import LANGUAGES

WITHHELD = "withheld"


def released(dataflow: str, rule: str, text: str, **changes: Any) -> ReleasedYear:
    """The annual figures of `dataflow`: a header of dimensions and `value`, a row for each cell.

    citizenship  sex  value
    _T           F    100
    MA           F    withheld
    SN           F    12 E
    """
    header, *lines = [line.split() for line in text.strip().splitlines()]
    ids = header[:-1]
    definition = given(id=dataflow, ids=ids, time_aggregation=rule, **changes)
    observations = [_observation(ids, line) for line in lines]
    labels = {d: {str(o[d]): _label(str(o[d])) for o in observations} for d in ids}
    return ReleasedYear(definition_from(definition, "df_test"), observations, labels)


def _observation(ids: list[str], line: list[str]) -> dict[str, Any]:
    value, *status = line[len(ids) :]
    cell: dict[str, Any] = dict(zip(ids, line[: len(ids)], strict=True))
    if value == WITHHELD:
        return cell | {"obs_value": None, "obs_status": "Q", "conf_status": "A"}
    return cell | {"obs_value": value, "obs_status": (status or ["A"])[0], "conf_status": "F"}


def _label(code: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, code)


def lines(filled: Filled) -> dict[str, str]:
    """ILO's cells by their codes, such as {'SEX_F CCT_CIT_CITIZEN': '12 E'}; A is not said."""
    return {" ".join(cell.codes): _line(cell) for cell in filled.cells}


def _line(cell: Any) -> str:
    if cell.value is None:
        return f"{cell.obs_status}/{cell.conf_status}"
    return str(cell.value) + (f" {cell.obs_status}" if cell.obs_status != "A" else "")

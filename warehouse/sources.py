"""What dbt needs to know of the contracts and themes: sources, `contracts()`, exposures.

The files are written by `simimo build`; drift tests compare them.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from warehouse.contracts.contract import Column, Contract, contracts
from warehouse.exposures import exposures_yaml
from warehouse.indicator import dataflows
from warehouse.source_code import folded_characters_macro

GENERATED = "Written from the contracts by `simimo build`; change the contract, not this file."


def sources_yaml(known: Mapping[str, Contract]) -> str:
    """The dbt properties file of the source `raw`: one table a contract, every column described."""
    tables = [_table(contract) for _, contract in sorted(known.items())]
    head = [
        f"# {GENERATED}",
        "version: 2",
        "",
        "sources:",
        "  - name: raw",
        "    description: One source record a row, verbatim text, identifiers as pseudonyms.",
        "    tables:",
    ]
    return "\n".join([*head, *tables]) + "\n"


def _table(contract: Contract) -> str:
    described = {
        "submission_id": "Number of the submission that brought the record",
        "part": "Part of the submission: empty, or the pseudonym that names it",
        "line_number": "Line of the record in its file, from 1",
        **{column.name: _description(column) for column in contract.raw_columns},
    }
    lines = [
        f"      - name: {contract.id}",
        f"        description: {_quoted(contract.title['en'])}",
        "        columns:",
    ]
    for name, text in described.items():
        lines += [f"          - name: {name}", f"            description: {_quoted(text)}"]
    return "\n".join(lines)


def _description(column: Column) -> str:
    label = column.labels["en"]
    if column.identifier_type:
        return f"{label}, as a pseudonym"
    if column.identity_role == "birth_date":
        return f"{label}, cut to year and month"
    return f"{label} ({column.unit})" if column.unit else label


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def staging_models_macro(known: Mapping[str, Contract]) -> str:
    """The macro file that tells dbt of a contract: provider, fact, kind, coverage, key, columns."""
    entries = [_entry(contract) for _, contract in sorted(known.items())]
    head = [f"{{# {GENERATED} #}}", "", "{% macro contracts() %}", "{{ return({"]
    return "\n".join([*head, *entries, "}) }}", "{% endmacro %}"]) + "\n"


def _entry(contract: Contract) -> str:
    value = {
        "provider": contract.provider,
        "fact": contract.fact,
        "kind": contract.kind,
        "coverage": contract.coverage,
        "unknown_code_share_max": contract.unknown_code_share_max,
        "key": list(contract.primary_key),
        "columns": [column.name for column in contract.raw_columns],
        "variables": _variables(contract.columns),
        "date_formats": _date_formats(contract.columns),
        "code_lengths": {c.name: c.code_length for c in contract.columns if c.code_length},
        "separators": {c.name: c.separator for c in contract.columns if c.separator},
    }
    lines = [f"        {json.dumps(key)}: {json.dumps(value[key])}," for key in value]
    return "\n".join([f"    {json.dumps(contract.id)}: {{", *lines, "    },"])


def _variables(columns: Iterable[Column]) -> list[str]:
    return sorted({column.variable for column in columns if column.variable})


def _date_formats(columns: Iterable[Column]) -> dict[str, list[str]]:
    return {c.name: list(c.date_formats) for c in columns if c.type == "date"}


def write_generated(dbt_dir: Path) -> bool:
    """Write the generated files into the dbt project where they differ; tell whether one did."""
    known = contracts()
    wanted = {
        dbt_dir / "models" / "staging" / "sources.yml": sources_yaml(known),
        dbt_dir / "macros" / "staging_models.sql": staging_models_macro(known),
        dbt_dir / "macros" / "folded_characters.sql": folded_characters_macro(),
        dbt_dir / "models" / "indicators" / "exposures.yml": exposures_yaml(dataflows()),
    }
    stale = {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text("utf-8") != text
    }
    for path, text in stale.items():
        path.write_text(text, "utf-8")
    return bool(stale)

"""What a build has left, row for row, so that two builds can be compared."""

from collections import Counter

from warehouse.database import connect

SCHEMAS = ("staging", "harmonised", "linked", "indicators")
Tables = dict[str, Counter[str]]


def built_tables() -> Tables:
    """The rows of every table and view of the schemas that a build makes, as text."""
    with connect() as session:
        names = session.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema = any(%s) and table_name <> 'build' order by 1",
            [list(SCHEMAS)],
        ).fetchall()
        return {
            name: Counter(
                row for (row,) in session.execute(f"select cast(t as text) from {name} as t")
            )
            for (name,) in names
        }


def differences(found: Tables, full: Tables) -> list[str]:
    """For each table, the rows that one of the two builds lacks."""
    said = []
    for name in sorted(found.keys() | full.keys()):
        left, right = found.get(name, Counter()), full.get(name, Counter())
        said += [f"{name}: only built step by step: {row}" for row in left - right]
        said += [f"{name}: only built at once: {row}" for row in right - left]
    return said

"""The analysts' views of schema release: one per dataflow, on the latest published release."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.release_tables import CONTENT_COLUMNS

SPECIMEN = "SPECIMEN"
LATEST = "(select release.latest())"
COLUMN_COMMENTS = {
    "freq": "Fréquence ; n'en comparer qu'une à la fois / frequency: compare one at a time",
    "time_period": "Période de référence / reference period: YYYY-MM, YYYY-Qn or YYYY",
    "obs_value": "Valeur ; vide si secrète ou manquante / value; empty if withheld or missing",
    "obs_status": "Statut, CL_OBS_STATUS / status; Q: suppressed",
    "conf_status": "Confidentialité, CL_CONF_STATUS / confidentiality; F: free",
    "unit_measure": "Unité de la valeur / unit of the value",
    "decimals": "Nombre de décimales / number of decimals",
    "specimen": "SPECIMEN : donnée synthétique ; vide sinon / synthetic data; empty otherwise",
}


def refresh_views(session: psycopg.Connection[Any]) -> None:
    """Make the views of the release that readers see, where that has not been done.

    Which rows a view shows follows the clock; which views there are, and their words, follow here:
    an embargo shows nothing of itself before its instant, not even the name of a dataflow.
    """
    session.execute("select release.open_due()")
    found = session.execute(
        "select number from release.opened where number = release.latest() and not has_views"
    ).fetchone()
    if found:
        _make_views(session, found[0])
        session.execute("update release.opened set has_views = true where number <= %s", found)


def _make_views(session: psycopg.Connection[Any], number: int) -> None:
    """Make the views of the dataflows of release `number` anew, and drop those of former ones."""
    found = session.execute(
        "select dataflow, definition, is_specimen from release.dataflow where number = %s", [number]
    ).fetchall()
    former = session.execute("select distinct dataflow from release.frozen_dataflow").fetchall()
    for (dataflow,) in former:
        session.execute(SQL("drop view if exists {}").format(_view(dataflow)))
    for dataflow, definition, is_specimen in found:
        _make_view(session, dataflow, definition, is_specimen)


def _view(dataflow: str) -> Identifier:
    return Identifier("release", dataflow.lower())


def _make_view(
    session: psycopg.Connection[Any],
    dataflow: str,
    definition: Mapping[str, Any],
    is_specimen: bool,
) -> None:
    labels = {d["id"]: f"{d['label']['fr']} / {d['label']['en']}" for d in definition["dimensions"]}
    columns = ["freq", *labels, "time_period", *CONTENT_COLUMNS]
    session.execute(
        SQL("""
            create view {view} as
            select {columns}, (
                select {specimen} from release.frozen_dataflow as f
                where f.number = {latest} and f.dataflow = {dataflow} and f.is_specimen
            ) as specimen
            from release.observation as o
            where o.dataflow = {dataflow} and o.valid_from_release <= {latest}
                and (o.valid_to_release is null or o.valid_to_release > {latest})
        """).format(
            view=_view(dataflow),
            columns=SQL(", ").join(map(Identifier, columns)),
            specimen=SQL("cast({} as text)").format(Literal(SPECIMEN)),
            dataflow=Literal(dataflow),
            latest=SQL(LATEST),
        )
    )
    title = f"{definition['title']['fr']} / {definition['title']['en']}"
    said = f"{SPECIMEN} - {title}" if is_specimen else title
    session.execute(SQL("comment on view {} is {}").format(_view(dataflow), Literal(said)))
    for column in (*columns, "specimen"):
        session.execute(
            SQL("comment on column {}.{} is {}").format(
                _view(dataflow),
                Identifier(column),
                Literal(labels.get(column, COLUMN_COMMENTS.get(column, ""))),
            )
        )

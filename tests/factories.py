"""Records of invented persons for tests: a factory names only what matters to the test."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from warehouse.contracts.contract import Contract, contract

DEFAULTS: Mapping[str, Mapping[str, str | None]] = {
    "cnss_declarations": {
        "record_type": "B02",
        "numero_affilie": "0001234",
        "periode": "202603",
        "numero_assure": "000123456",
        "nom": "ALAMI",
        "prenom": "SAMIRA",
        "numero_cin": None,
        "nombre_enfants": "0",
        "jours_declares": "26",
        "salaire_reel": "515200",
        "salaire_plafonne": "515200",
        "situation": None,
    },
    "cnss_immatriculations": {
        "numero_assure": "000123456",
        "nom": "ALAMI",
        "prenom": "SAMIRA",
        "sexe": "F",
        "date_naissance": "17/05/1990",
        "nationalite": "504",
        "numero_cin": "ZZ012345",
        "date_immatriculation": "03/02/2021",
    },
    "cnss_employers": {
        "numero_affilie": "0001234",
        "ice": "000123456000078",
        "raison_sociale": "ENTREPRISE INVENTEE",
        "activite": "4711",
        "region": "06",
        "effectif": "25",
        "date_affiliation": "12/01/2015",
    },
    "dgsn_residence_titles": {
        "numero_titre": "Z123456Z",
        "date_decision": "14/03/2026",
        "nom": "DIOP",
        "prenom": "AMINATA",
        "sexe": "F",
        "date_naissance": "17/05/1990",
        "pays_naissance": "SENEGAL",
        "nationalite": "SENEGALAISE",
        "numero_passeport": "ZZ0012345",
        "date_entree": "01/02/2024",
        "province": "RABAT",
        "motif": "TRAVAIL",
        "profession": "COMPTABLE",
        "type_titre": "CI",
        "date_delivrance": "14/03/2026",
        "date_expiration": "13/03/2027",
        "statut": "PREMIERE",
    },
    "miepeec_contract_visas": {
        "numero_dossier": "000000001",
        "nom": "DIOP",
        "prenom": "AMINATA",
        "sexe": "F",
        "date_naissance": "17/05/1990",
        "nationalite": "Sénégal",
        "emploi": "Comptable",
        "type_contrat": "CDD",
        "duree_mois": "12",
        "nature_demande": "PREMIERE",
        "artiste": "NON",
        "attestation_anapec": "ATTESTATION",
        "decision": "ACCORDE",
        "date_decision": "02/03/2026",
    },
    "anapec_placements_abroad": {
        "numero_placement": "000000456",
        "numero_passeport": "ZZ0054321",
        "nom": "ALAMI",
        "prenom": "SAMIRA",
        "sexe": "2",
        "date_naissance": "17/05/1990",
        "pays_destination": "ESPAGNE",
        "metier": "A1401",
        "activite": "01",
        "type_contrat": "SAISONNIER",
        "duree_mois": "6",
        "date_depart": "14/03/2026",
        "province_origine": "RABAT",
    },
    "anapec_job_seekers": {
        "numero_inscription": "000000123",
        "date_inscription": "14/03/2026",
        "porte_entree": "ASSOCIATION",
        "statut_migratoire": "MIGRANT",
        "nom": "DIOP",
        "prenom": "AMINATA",
        "sexe": "2",
        "date_naissance": "17/05/1990",
        "nationalite": "SEN",
        "niveau_etudes": "4",
        "metier_recherche": "G1602",
        "agence": "CAS01",
    },
}


def rows(contract_id: str, *changes: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """One row for each of `changes`, the other columns as in DEFAULTS."""
    found = contract(contract_id)
    blank = dict.fromkeys((c.name for c in found.columns), None)
    return [{**blank, **DEFAULTS[contract_id], **change} for change in changes or ({},)]


def batch(contract_id: str, *changes: Mapping[str, str | None]) -> pl.DataFrame:
    """The rows as the reading stage hands them over: line numbers from 2, as after a header."""
    found = contract(contract_id)
    frame = pl.DataFrame(rows(contract_id, *changes), schema=_schema(found))
    return frame.select(
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("line_number"),
        pl.lit("").alias("part"),
        pl.lit("").alias("member"),
        *(c.name for c in found.columns),
    )


def write_csv(
    path: Path, contract_id: str, *changes: Mapping[str, str | None], separator: str = ";"
) -> Path:
    """A CSV file of the contract with one row for each of `changes`."""
    frame = pl.DataFrame(rows(contract_id, *changes), schema=_schema(contract(contract_id)))
    frame.write_csv(path, separator=separator)
    return path


def many(count: int, **columns: str) -> Iterable[dict[str, str]]:
    """`count` changes whose values take the row's number (e.g. numero_assure='000{:06d}')."""
    return ({name: shape.format(n) for name, shape in columns.items()} for n in range(count))


def _schema(found: Contract) -> dict[str, type[pl.DataType]]:
    return {c.name: pl.String for c in found.columns}

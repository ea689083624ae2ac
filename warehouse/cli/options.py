"""The options that several commands share, each told once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Lang = Annotated[
    Literal["fr", "ar", "en"],
    typer.Option("--lang", envvar="SIMIMO_LANG", help="Langue : fr, ar ou en."),
]
ReportFormat = Annotated[
    Literal["text", "json", "csv", "html"], typer.Option("--format", help="Forme du rapport.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Écrire dans ce fichier plutôt qu'à l'écran.")
]
ContractId = Annotated[
    str, typer.Option("--contract", "-c", help="Contrat, p. ex. cnss_declarations.")
]
Period = Annotated[str, typer.Option("--period", "-p", help="Période : 2026-03, 2026-Q1 ou 2026.")]
Specimen = Annotated[
    bool,
    typer.Option("--specimen", help="Données fictives, à identifiants impossibles à délivrer."),
]
Reason = Annotated[str, typer.Option("--reason", help="Motif, conservé avec la décision.")]
Number = Annotated[int, typer.Argument(metavar="N", help="Numéro du dépôt.")]

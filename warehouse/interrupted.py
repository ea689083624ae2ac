"""What a kill left half done is finished, or swept away, at the start of each build."""

from warehouse import vault
from warehouse.database import connect, locked
from warehouse.submission import gate_and_decide


def finish() -> None:
    """Sweep the vault; gate and decide the submissions that are checked and no more.

    A partition without a submission cannot be: both are committed together.
    """
    vault.sweep()
    with connect("simimo_pipeline") as session:
        checked = session.execute(
            "select id, contract, period from submission.submission "
            "where state = 'checked' order by id"
        ).fetchall()
        for number, contract, period in checked:
            # Whoever is at work on the period holds the lock until it has decided.
            with locked(session, contract, period):
                gate_and_decide(session, number)

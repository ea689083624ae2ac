"""Opening an original again, which the ledger tells before the custodian's key is used.

The entry is committed first: an original may be said to be opened and was not, never the reverse.
"""

from pathlib import Path

from warehouse import submission, vault
from warehouse.database import connect
from warehouse.examination import require_readable
from warehouse.findings import Report
from warehouse.ledger.acts import Action, append


def open_original(submission_id: int, identity_file: Path, target: Path) -> None:
    """Write the clear original of a submission to `target`, and enter it in the ledger.

    Raises UnknownSubmission; what hinders the opening is raised after its own entry.
    """
    require_readable(identity_file)
    with connect("simimo_pipeline") as session:
        found = submission.report(session, submission_id)
    _enter("original_opened", submission_id, found)
    try:
        vault.open_original(found.sha256, identity_file, target)
    except BaseException:
        _enter("original_not_opened", submission_id, found)
        raise


def _enter(action: Action, submission_id: int, found: Report) -> None:
    content = {"contract": found.contract, "period": found.period, "sha256": found.sha256}
    with connect("simimo_pipeline") as session:
        append(session, action, f"submission/{submission_id}", content)

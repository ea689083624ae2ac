"""What the desk refuses."""

from collections.abc import Sequence
from typing import ClassVar

from warehouse.desk.correspondence import Fault
from warehouse.errors import SimimoError

FAULTS_TOLD = 20
"""Faults of a file told one by one; their number is told of all."""


class UnknownVariable(SimimoError):
    """No code variable has this name."""

    key = "unknown_variable"


class CorrespondenceRefused(SimimoError):
    """A correspondence breaks its rules; nothing of it is kept."""

    key = "correspondence_refused"
    exit_code: ClassVar[int] = 1

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.detail_in("fr"), count=len(faults))

    def detail_in(self, lang: str) -> str:
        """The first faults in `lang`, one a line."""
        return "\n         ".join(fault.text(lang) for fault in self.faults[:FAULTS_TOLD])


class UnknownDecision(SimimoError):
    """No decision on a code has this number."""

    key = "unknown_decision"


class ApprovalRefused(SimimoError):
    """Who decided may not approve; a second person does."""

    key = "approval_refused"


class DecisionSettled(SimimoError):
    """The decision's status does not allow what is asked."""

    key = "decision_settled"


class NotAuthorised(SimimoError):
    """The account at the database may not decide on codes."""

    key = "not_authorised"
    exit_code: ClassVar[int] = 3


class FileNotUnderstood(SimimoError):
    """A file of correspondences lacks a column, or is no SDMX message with a representation map."""

    key = "correspondence_not_understood"

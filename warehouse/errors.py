"""The one error type: what was found, what was expected, what to do.

The same object is the command line's text and exit code and the API's body. Children are
named for the rule broken; `key` points at the sentence in warehouse/messages.
"""

from typing import Any, ClassVar

from warehouse.messages import message, word


class SimimoError(Exception):
    """A request that SIMIMO refuses, with a code, a message, a detail and a hint.

    `values` fill the message's template; they never hold a personal value.
    """

    key: ClassVar[str] = "unexpected"
    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 400

    def __init__(self, detail: str = "", **values: Any) -> None:
        self.detail = detail
        self.values = values
        super().__init__(self.text("en"))

    @property
    def code(self) -> str:
        """The stable code of the rule (e.g. CON-001)."""
        return message(self.key).code

    def text(self, lang: str = "fr") -> str:
        """What was found and expected, in `lang`."""
        return message(self.key, lang, **self.values).text

    def detail_in(self, lang: str) -> str:
        """What stands under the sentence; the same in every language unless a child says it."""
        return self.detail

    def hint(self, lang: str = "fr") -> str:
        """What to do, in `lang`."""
        return message(self.key, lang, **self.values).hint

    def body(self, lang: str = "fr") -> dict[str, str]:
        """The four fields of the error: code, message, detail, hint."""
        return {
            "code": self.code,
            "message": self.text(lang),
            "detail": self.detail,
            "hint": self.hint(lang),
        }


class InvalidSetting(SimimoError):
    """An environment variable of SIMIMO has a value that it may not have."""

    key = "invalid_setting"
    exit_code = 3
    http_status = 500


class UnknownContract(SimimoError):
    """No contract has this id."""

    key = "unknown_contract"
    http_status = 404


class InvalidContract(SimimoError):
    """A contract file breaks the standard or its own vocabulary."""

    key = "invalid_contract"


class UnknownPeriod(SimimoError):
    """The text is no month, quarter or year."""

    key = "unknown_period"
    http_status = 422


class InvalidPeriod(SimimoError):
    """A period does not fit the contract's frequency."""

    key = "invalid_period"


class UnknownProvider(SimimoError):
    """No contract is of this provider."""

    key = "unknown_provider"
    http_status = 404


class FileNotReadable(SimimoError):
    """The path given is no file that can be opened."""

    key = "file_not_readable"


class Unreadable(SimimoError):
    """The bytes of an extract cannot be read as records; `rule` names the finding."""

    def __init__(self, rule: str, detail: str = "", **values: Any) -> None:
        self.rule = rule
        self.key = rule  # type: ignore[misc]
        super().__init__(detail, **values)


class NotJudged(SimimoError):
    """The plausibility gate has kept nothing of this submission."""

    key = "not_judged"
    http_status = 404


class UnknownSubmission(SimimoError):
    """No submission has this number."""

    key = "unknown_submission"
    http_status = 404


class DecisionRefused(SimimoError):
    """The submission's state does not allow the decision asked for."""

    key = "decision_refused"
    http_status = 409

    def text(self, lang: str = "fr") -> str:
        """What was found and expected, the states in the words of `lang`."""
        said = [word(f"state_{state}", lang) for state in self.values["expected"]]
        values = self.values | {
            "state": word(f"state_{self.values['state']}", lang),
            "expected": ("، " if lang == "ar" else ", ").join(said),
        }
        return message(self.key, lang, **values).text


class ReasonMissing(SimimoError):
    """A decision needs its reason in words."""

    key = "reason_missing"
    http_status = 422


class DatabaseNotMigrated(SimimoError):
    """The database is not at the version that this program expects."""

    key = "database_not_migrated"
    exit_code = 3
    http_status = 503


class DatabaseUnavailable(SimimoError):
    """No PostgreSQL answers, or it is too old or not migrated."""

    key = "database_unavailable"
    exit_code = 3
    http_status = 503


class BuildFailed(SimimoError):
    """dbt ended with an error; the affected periods stay marked."""

    key = "build_failed"
    exit_code = 4


class NothingBuilt(SimimoError):
    """Linkage needs the correspondences that a build makes."""

    key = "nothing_built"
    exit_code = 4


class NothingLinked(SimimoError):
    """The quality of linkage is asked for before anything has been linked."""

    key = "nothing_linked"
    exit_code = 4


class NoTruth(SimimoError):
    """The folder given for the truth has no record of any person."""

    key = "no_truth"


class CorrectionUnmatched(BuildFailed):
    """An active correction matches no record of the periods that it concerns."""

    key = "correction_unmatched"


class InvalidFilter(SimimoError):
    """A filter names no dimension or no code of the dataflow."""

    key = "invalid_filter"
    http_status = 422


class UnknownDataflow(SimimoError):
    """No dataflow has this id."""

    key = "unknown_dataflow"
    http_status = 404


class UnknownRelease(SimimoError):
    """No release has this number."""

    key = "unknown_release"
    http_status = 404


class ReleaseRefused(SimimoError):
    """The release would publish what may not be published."""

    key = "release_refused"
    http_status = 409

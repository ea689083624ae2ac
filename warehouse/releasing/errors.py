"""What the steps of a release refuse."""

from warehouse.errors import SimimoError
from warehouse.messages import message, words


class UnknownDraft(SimimoError):
    """No draft or release has this number."""

    key = "unknown_draft"
    http_status = 404


class DraftApprovalRefused(SimimoError):
    """Who made the draft may not approve it; a second person does."""

    key = "draft_approval_refused"
    exit_code = 3


class DraftSettled(SimimoError):
    """The draft's state does not allow what is asked."""

    key = "draft_settled"
    http_status = 409

    def text(self, lang: str = "fr") -> str:
        """What was found, the state in the words of `lang`."""
        state = words("releasing")[f"state_{self.values['state']}"][lang]
        return message(self.key, lang, **self.values | {"state": state}).text


class DraftOutdated(SimimoError):
    """Another release has been published, or withdrawn, since the draft was made."""

    key = "draft_outdated"
    http_status = 409


class DraftRestsOnWithdrawn(SimimoError):
    """A submission behind the draft was withdrawn since."""

    key = "draft_rests_on_withdrawn"
    http_status = 409


class InstantPassed(SimimoError):
    """An embargo ends in the past, or so soon that it is no embargo."""

    key = "instant_passed"


class EmbargoStands(SimimoError):
    """A later release follows the one whose embargo is to be lifted or moved."""

    key = "embargo_stands"
    http_status = 409

"""In which order the files run, so that no worker is left with a long one at the end."""

import pytest
from xdist.scheduler import LoadFileScheduling

BUILT = (
    "test_incremental.py",
    "test_linked.py",
    "test_codes.py",
    "test_build.py",
    "test_coded_titles.py",
)
"""Files of tests/path that begin with a build from nothing, which costs each worker half a minute:
two workers leave it to one of them."""

LONGEST = (
    *BUILT,
    "test_demo.py",
    "test_server.py",
    "test_corrections.py",
    "test_every_contract.py",
)
"""Files of tests/path of more than 20 s each; all others follow, in the order of their names."""


def _rank(path: str) -> int:
    folder, _, name = path.rpartition("/")
    return LONGEST.index(name) if folder == "tests/path" and name in LONGEST else len(LONGEST)


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of LONGEST before all others."""
    items.sort(key=lambda item: _rank(item.nodeid.split("::")[0]))


class LongestFirst(LoadFileScheduling):
    """Whole files to each worker, in the order of collection and not by their number of tests."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        path = super()._split_scope(nodeid)
        return "built" if self.numnodes == 2 and _rank(path) < len(BUILT) else path

"""The specimen at the scale of the country: its calibration, and how right its persons are."""

import json
import resource
from collections.abc import Iterator

from bench.figure import Figure, seconds
from bench.home import own_home
from bench.linkage import KIB_IN_GIB, agreement_figures

MONTHS = 12
LAST = MONTHS - 1
LAST_ALONE = ("cnss_declarations", "cnss_immatriculations", "cnss_employers")
"""Four million declarations a month: the calibration reads the last month's, and each file of a
register has all that the ones before it had."""


def country() -> Iterator[Figure]:
    """Twelve months at scale 1 through reception, build, linkage and release; the last
    declarations alone."""
    with own_home() as home:
        from warehouse import release
        from warehouse.build import build
        from warehouse.linkage.linking import link
        from warehouse.specimen import generate
        from warehouse.submission import receive_file

        made = generate(
            home / "specimen" / "country",
            months=MONTHS,
            scale=1,
            wanted=lambda due: due.contract not in LAST_ALONE or due.month == LAST,
        )
        for file in made:
            receive_file(file.path, file.contract, file.period, is_specimen=True, gate=False)
        yield Figure("country_build_seconds", seconds(build), "s", "linkage within")
        assert not link().records, "the build has left records unlinked"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_GIB
        yield Figure("country_link_gib", peak, "GiB", "the program's, the server's apart")
        yield from agreement_figures(home / "specimen" / "country", "country_")
        yield from _calibration(release.release().number)


def _calibration(number: int) -> Iterator[Figure]:
    """How far the released figures are from the published ones that the specimen stands for."""
    from warehouse.database import connect

    with connect("simimo_api") as session:
        row = session.execute(
            "select manifest -> 'dataflows' from release.release where number = %s", [number]
        ).fetchone()
    assert row is not None
    found = [(id, told["quality"]["coherence"]) for id, told in row[0].items()]
    far = {
        f"{id}.{figure['id']} {json.dumps(figure['codes'])}": abs(figure["difference_percent"])
        for id, told in found
        if told
        for figure in told["figures"]
    }
    worst = max(far, key=lambda name: far[name])
    yield Figure("country_calibrated_figures", len(far), "figures")
    yield Figure("country_calibration_percent", far[worst], "%", f"at most 2; {worst}")

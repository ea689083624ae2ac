"""The sample: exact probabilities, weights that give the frame, no lonely unit, the same bytes."""

from collections import Counter
from datetime import date
from itertools import pairwise
from math import isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.survey.sampling.allocation import allocated, strata
from warehouse.survey.sampling.assumptions import assumptions
from warehouse.survey.sampling.fieldwork import calendar
from warehouse.survey.sampling.frame import frame
from warehouse.survey.sampling.plan import FEWEST_UNITS, draw, sampling_plan
from warehouse.survey.sampling.plan_files import tables, write_plan
from warehouse.survey.sampling.pps import inclusion_probabilities, systematic
from warehouse.survey.sampling.precision import expected_precision
from warehouse.working_days import is_working_day

START = date(2027, 3, 1)
SIZES = st.lists(st.integers(1, 5000), min_size=1, max_size=60)


@given(SIZES, st.integers(1, 20))
def test_probabilities_are_in_proportion_and_sum_to_the_count(sizes, count):
    found = inclusion_probabilities(sizes, count)
    assert isclose(sum(found), min(count, len(sizes)))
    shares = [p / size for p, size in zip(found, sizes, strict=True) if p < 1]
    assert all(isclose(share, shares[0]) for share in shares)
    assert all(p == 1 or p < 1 for p in found)
    # A unit that is certain is no smaller than any that is not.
    certain = [size for p, size in zip(found, sizes, strict=True) if p == 1]
    others = [size for p, size in zip(found, sizes, strict=True) if p < 1]
    assert not certain or not others or min(certain) >= max(others)


@given(SIZES, st.integers(1, 20), st.floats(0, 1, exclude_max=True))
def test_so_many_are_drawn_as_asked_and_none_twice(sizes, count, start):
    drawn = systematic(inclusion_probabilities(sizes, count), start)
    assert len(drawn) == len(set(drawn)) == min(count, len(sizes))


def test_units_are_drawn_as_often_as_their_probability_says():
    sizes = [900, 300, 250, 200, 120, 100, 80, 50]
    expected = inclusion_probabilities(sizes, 3)
    random = Random(2026)
    draws = 20_000
    seen = Counter(n for _ in range(draws) for n in systematic(expected, random.random()))
    for place, probability in enumerate(expected):
        # Four standard errors of a share of so many draws.
        bound = 4 * (probability * (1 - probability) / draws) ** 0.5
        assert abs(seen[place] / draws - probability) <= bound + 1e-12


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.04, 0.08, 0.15, 0.3]))
def test_weights_give_the_households_of_the_frame_in_every_stratum(seed, cv):
    plan = sampling_plan(seed, cv)
    for stratum in plan.strata:
        own = [unit for unit in plan.units if unit.unit.stratum == stratum.code]
        assert isclose(sum(u.weight * u.listed_households for u in own), stratum.households)
        assert isclose(sum(u.unit.households / u.probability for u in own), stratum.households)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.04, 0.08, 0.15, 0.3]))
def test_no_variance_stratum_has_one_unit(seed, cv):
    plan = sampling_plan(seed, cv)
    drawn = Counter(u.variance_stratum for u in plan.units if not u.is_self_representing)
    assert all(count >= FEWEST_UNITS for count in drawn.values())


def test_the_segments_listed_are_in_the_unit_and_none_is_listed_twice():
    for unit in sampling_plan(3, 0.05).units:
        assert len(set(unit.listed)) == len(unit.listed)
        assert 1 <= unit.listed[0] <= unit.listed[-1] <= unit.segments
        assert 0 < unit.probability <= 1
        assert 0 < unit.listing_probability <= 1


def test_every_segment_of_a_unit_is_as_likely_as_the_others():
    """Dakhla represents itself, so that it is in every sample."""
    stratum = next(each for each in sampling_plan(0, 0.05).strata if each.code == "MA-12-U")
    seen: Counter[int] = Counter()
    draws = 2000
    for seed in range(draws):
        unit = max(draw(stratum, assumptions(), seed), key=lambda drawn: drawn.segments)
        seen.update(unit.listed)
    expected = draws * unit.listing_probability
    assert len(seen) == unit.segments
    assert max(seen.values()) <= expected + 5 * expected**0.5
    assert min(seen.values()) >= expected - 5 * expected**0.5


@pytest.mark.parametrize("cv", [0.05, 0.1, 0.2])
def test_the_wished_cv_is_what_the_drawn_sample_is_expected_to_give(cv):
    """Or a little less: a unit that represents itself lists two segments where one would do."""
    plan = sampling_plan(1, cv)
    country = next(e for e in expected_precision(plan) if (e.domain, e.module) == ("MA", "worker"))
    assert 0.9 * cv <= country.cv <= 1.06 * cv


def test_a_unit_that_represents_itself_lists_two_segments_at_least():
    certain = [unit for unit in sampling_plan(2027, 0.2).units if unit.is_self_representing]
    assert certain
    assert all(len(unit.listed) >= min(2, unit.segments) for unit in certain)


def test_regions_where_foreigners_live_are_listed_more():
    assumed = assumptions()
    rates = {
        s.code: s.rate for s in allocated(strata(frame(), assumed), assumed, 0.05, 0.5, "worker")
    }
    assert min(rates["MA-06-U"], rates["MA-04-U"], rates["MA-09-U"]) > rates["MA-05-U"]
    assert all(rate > 0 for rate in rates.values())


def test_the_persons_expected_are_those_published():
    assumed = assumptions()
    found = strata(frame(), assumed)
    lost = assumed.workers.aged_15_plus * assumed.workers.participation
    workers = sum(s.expected["worker"] for s in found)
    casablanca = sum(s.expected["worker"] for s in found if s.code.startswith("MA-06"))
    assert workers / lost == pytest.approx(assumed.foreign_residents.total)
    assert casablanca / lost == pytest.approx(assumed.foreign_residents.by_region["MA-06"])


def test_the_frame_holds_every_household_once():
    assert sum(unit.households for unit in frame()) == 9_275_038  # RGPH 2024, the country's own row
    assert len({unit.code for unit in frame()}) == len(frame())
    assert "06.141.01.0" not in {unit.code for unit in frame()}  # Casablanca: its arrondissements


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    def written(seed, folder):
        plan = sampling_plan(seed, 0.1)
        made = tables(plan, calendar(plan, 5, START))
        return [path.read_bytes() for path in write_plan(tmp_path / folder, made, b"page")]

    assert written(1, "a") == written(1, "b")
    assert written(1, "a")[0] != written(2, "c")[0]


def test_teams_work_on_working_days_and_in_one_place_at_a_time():
    plan = sampling_plan(1, 0.1)
    stays = calendar(plan, 6, START)
    assert {stay.unit.unit.code for stay in stays} == {unit.unit.code for unit in plan.units}
    for before, after in pairwise(stays):
        assert is_working_day(before.first)
        assert is_working_day(before.last)
        assert before.team != after.team or before.last < after.first
    ends = [max(s.last for s in stays if s.team == team) for team in range(1, 7)]
    assert (max(ends) - min(ends)).days <= 21

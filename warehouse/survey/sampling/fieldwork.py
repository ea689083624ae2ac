"""The field calendar: which team is in which primary unit, from which day to which."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from warehouse.survey.sampling.plan import DrawnUnit, Plan
from warehouse.working_days import ONE_DAY, working_day_from


@dataclass(frozen=True)
class Stay:
    """A team in a primary unit, from `first` to `last`: so many working days, from a week on."""

    team: int
    unit: DrawnUnit
    first: date
    last: date
    days: int
    week: int


def calendar(plan: Plan, teams: int, start: date) -> list[Stay]:
    """The stays of `teams` teams from the first working day at or after `start`.

    Units are cut in geographic order into as many runs of alike work as there are teams, so that a
    team stays in its provinces.
    """
    opening = working_day_from(start)
    stays = []
    for team, units in enumerate(_shared_out(plan, teams), 1):
        day = opening
        for unit in units:
            days = days_in(unit, plan)
            first = working_day_from(day)
            last = first
            for _ in range(days - 1):
                last = working_day_from(last + ONE_DAY)
            week = (first - opening).days // 7 + 1
            stays.append(Stay(team, unit, first, last, days, week))
            day = last + ONE_DAY
    return stays


def days_in(unit: DrawnUnit, plan: Plan) -> int:
    """The working days of a team in a unit: the way there, the listing, the interviews."""
    field = plan.assumed.field
    listing = unit.listed_households / field.listed_per_interviewer_day
    talks = interviews_in(unit, plan) / field.interviews_per_interviewer_day
    return field.travel_days_per_unit + ceil((listing + talks) / field.interviewers_per_team)


def interviews_in(unit: DrawnUnit, plan: Plan) -> float:
    """Households to be interviewed: those with persons sought, expected, and some of the others."""
    stratum = next(each for each in plan.strata if each.code == unit.unit.stratum)
    # At most one household for each person sought: they often live together.
    sought = min(1.0, stratum.sought / stratum.households) * unit.listed_households
    return sought + (unit.listed_households - sought) / unit.others_interval


def _shared_out(plan: Plan, teams: int) -> Iterator[list[DrawnUnit]]:
    """The units in `teams` runs, each with about the same number of days."""
    units = sorted(plan.units, key=lambda unit: unit.unit.code)
    total = sum(days_in(unit, plan) for unit in units)
    runs: list[list[DrawnUnit]] = [[] for _ in range(teams)]
    done = 0
    for unit in units:
        runs[min(teams - 1, done * teams // total)].append(unit)
        done += days_in(unit, plan)
    yield from runs

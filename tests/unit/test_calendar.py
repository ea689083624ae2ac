"""The calendar: what is late, by how many working days, and what is due next."""

import csv
import json
from datetime import date

import pytest
from icalendar import Calendar

from warehouse.calendar import calendar, render
from warehouse.errors import UnknownProvider
from warehouse.messages import LANGUAGES
from warehouse.status import StatusRow

TITLES = "dgsn_residence_titles"
FEBRUARY = (TITLES, "2026-02")
SUNDAY = date(2026, 11, 22)


def told(period: str, state: str, contract: str = TITLES) -> StatusRow:
    return StatusRow("dgsn", contract, period, state, None)


def shown(rows):
    return [(r.contract, r.period, r.state, r.due.isoformat()) for r in rows]


def test_the_late_come_first_with_their_working_days():
    rows = calendar([told("2026-09", "late"), told("2026-10", "accepted")], SUNDAY, "dgsn")
    # From 21 October to 20 November: 23 days of the week, less 6 and 18 November.
    assert (rows[0].period, rows[0].state, rows[0].working_days_late) == ("2026-09", "late", 21)
    assert {row.state for row in rows[1:]} == {"expected"}
    assert rows[1:] == sorted(rows[1:], key=lambda row: row.due)


def test_what_came_is_not_due_and_what_was_rejected_is_due_again():
    october = [(TITLES, "2026-10", "late", "2026-11-20")]
    assert shown(calendar([told("2026-10", "rejected")], SUNDAY, "dgsn"))[:1] == october
    assert shown(calendar([told("2026-10", "withdrawn")], SUNDAY, "dgsn"))[:1] == october
    text = render(calendar([told("2026-10", "rejected")], SUNDAY, "dgsn"), "text", "en", SUNDAY)
    assert "past due, no working day since  last file: rejected" in text
    for state in ("checked", "held", "accepted", "superseded"):
        assert october[0] not in shown(calendar([told("2026-10", state)], SUNDAY, "dgsn"))


def test_an_extract_is_not_late_on_its_due_date():
    rows = calendar([told("2026-10", "expected")], date(2026, 11, 20), "dgsn")
    assert (TITLES, "2026-10", "expected", "2026-11-20") in shown(rows)
    late = calendar([told("2026-10", "late")], date(2026, 11, 23), "dgsn")[0]
    assert (late.state, late.working_days_late) == ("late", 1)


def test_an_annual_extract_is_told_however_far_its_due_date():
    rows = shown(calendar([], SUNDAY, "prosecution"))
    assert rows == [("prosecution_cases", "2026", "expected", "2027-06-29")]


def test_a_census_is_due_of_its_years_alone():
    assert shown(calendar([], SUNDAY, "hcp")) == [
        ("hcp_rgph_foreigners", "2034", "expected", "2035-12-31")
    ]
    received = StatusRow("hcp", "hcp_rgph_foreigners", "2024", "accepted", None)
    assert shown(calendar([received], SUNDAY, "hcp"))[0][1] == "2034"
    of_2025 = calendar([received], SUNDAY, "hcp", 2025)
    assert [(r.period, r.state) for r in of_2025] == [("2024", "received")]
    assert calendar([received], SUNDAY, "hcp", 2026) == []


def test_a_file_received_before_its_period_ends_gives_way_to_the_next():
    early = StatusRow("prosecution", "prosecution_cases", "2026", "accepted", None)
    assert [r.period for r in calendar([early], SUNDAY, "prosecution")] == ["2027"]


def test_nothing_is_due_of_campaigns_and_of_what_others_publish():
    contracts = {row.contract for row in calendar([], SUNDAY)}
    assert not contracts & {"interior_regularisation", "uk_cos_nationality", "oecd_df_mig"}
    assert "cnss_declarations" in contracts


def test_a_year_shows_what_was_received_too():
    rows = calendar([told("2026-09", "accepted")], SUNDAY, "dgsn", 2026)
    assert (TITLES, "2026-09", "received", "2026-10-20") in shown(rows)
    assert {row.due.year for row in rows} == {2026}
    assert {row.period for row in rows if row.contract == TITLES} == {"2026-09", "2026-11"}


def test_a_star_stands_for_all_providers():
    assert calendar([], SUNDAY, "*") == calendar([], SUNDAY)


def test_an_unknown_provider_is_refused_with_the_known_ones():
    with pytest.raises(UnknownProvider) as refused:
        calendar([], SUNDAY, "dgns")
    assert "dgsn" in refused.value.hint("fr")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "21 jours ouvrables de retard"),
        ("ar", "تأخر بـ21 يوم عمل"),
        ("en", "21 working days late"),
    ],
)
def test_the_text_says_why_a_date_moved(lang, said):
    rows = calendar([told("2026-09", "late")], SUNDAY, "dgsn")
    text = render(rows, "text", lang, SUNDAY)
    assert said in text
    assert "2026-12-20 (" in text


def test_all_that_moves_a_date_is_named():
    march = date(2026, 3, 1)
    (row,) = (r for r in calendar([], march, "dgsn") if (r.contract, r.period) == FEBRUARY)
    # Friday the twentieth was announced as the end of Ramadan, and Monday given beside.
    assert (row.agreed, row.due) == (date(2026, 3, 20), date(2026, 3, 24))
    assert render([row], "text", "fr", march).endswith(
        "au lieu du 2026-03-20 (Fête de la rupture du jeûne, fin de semaine, congé exceptionnel)"
    )


def test_a_feast_to_come_that_moves_a_date_is_said_to_be_estimated():
    may = date(2028, 5, 1)
    row, *_ = calendar([], may, "office_des_changes")
    # Friday is calculated as the feast of sacrifice.
    assert (row.agreed, row.due) == (date(2028, 5, 5), date(2028, 5, 8))
    assert "Fête du sacrifice, fin de semaine)  date de fête estimée" in render(
        [row], "text", "fr", may
    )


def test_json_and_csv_hold_the_same_rows():
    rows = calendar([told("2026-09", "late")], SUNDAY, "dgsn")
    in_json = json.loads(render(rows, "json", "fr", SUNDAY))
    in_csv = list(csv.DictReader(render(rows, "csv", "fr", SUNDAY).splitlines()))
    assert [r["due"] for r in in_json] == [r["due"] for r in in_csv] != []
    assert in_json[0]["working_days_late"] == 21


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_agenda_reads_the_due_dates_as_events_of_a_day(lang):
    rows = calendar([told("2026-09", "late")], SUNDAY, "dgsn")
    written = render(rows, "ics", lang, SUNDAY)
    events = Calendar.from_ical(written).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [row.due for row in rows]
    assert len({str(event["uid"]) for event in events}) == len(rows)
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert written == render(rows, "ics", lang, SUNDAY)


def test_the_agenda_of_nothing_is_an_agenda():
    assert Calendar.from_ical(render([], "ics", "fr", SUNDAY)).walk("VEVENT") == []

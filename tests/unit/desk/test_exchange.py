"""Whole correspondences go out and come back as they were, or are refused whole."""

from datetime import date
from pathlib import Path

import pytest

from warehouse.desk.correspondence import Correspondence, faults
from warehouse.desk.errors import CorrespondenceRefused, FileNotUnderstood
from warehouse.desk.exchange import lines_of, written_csv
from warehouse.desk.structure_map import written_structure_map

ROWS = [
    Correspondence("*", "ABW", "AW", "exact", "Aruba", source="ISO 3166-1 alpha-3"),
    Correspondence("dgsn", "CÔTE D'IVOIRE", "CI", "exact", "", source="DGSN"),
    Correspondence(
        "dgsn", "URSS", "RU", "broad", "Union soviétique", None, date(1991, 12, 26), "DGSN"
    ),
    Correspondence("dgsn", "URSS", "_U", "exact", "Ancien État", date(1991, 12, 26), None, "DGSN"),
    Correspondence("dgsn", "السنغال", "SN", "exact", 'بلد, "غرب" إفريقيا', source="DGSN"),
]


@pytest.mark.parametrize("format", ["csv", "sdmx"])
def test_what_is_exported_is_imported_the_same(format, tmp_path):
    path = tmp_path / "area"
    written = written_csv(ROWS) if format == "csv" else written_structure_map("area", ROWS)
    path.write_text(written, "utf-8")
    read = [row for _, row in lines_of(path, "area", {})]
    assert _sorted(read) == _sorted(ROWS)
    assert faults("area", enumerate(read)) == []


def test_a_bad_file_is_told_by_line_column_and_rule_in_three_languages(tmp_path):
    path = tmp_path / "area.csv"
    path.write_text(
        "provider,source_code,code,quality,valid_from,valid_to\n"
        "dgsn,A,SN,exact,,\n"
        "nobody,B,SN,exact,,\n"
        "dgsn,,SN,exact,,\n"
        "dgsn,D,ATLANTIS,exact,,\n"
        "dgsn,E,SN,perfect,,\n"
        "dgsn,F,SN,exact,2026-01-01,2025-01-01\n"
        "dgsn, a ,ML,exact,,\n",
        "utf-8",
    )
    found = faults("area", lines_of(path, "area", {}))
    assert [(f.line, f.column, f.rule) for f in found] == [
        (3, "provider", "unknown_provider_of_code"),
        (4, "source_code", "source_code_missing"),
        (5, "code", "no_such_code"),
        (6, "quality", "no_such_quality"),
        (7, "valid_to", "validity_reversed"),
        (8, "source_code", "source_code_twice"),
    ]
    refused = CorrespondenceRefused(found)
    assert "Ligne 5" in refused.detail_in("fr")
    assert "السطر 5" in refused.detail_in("ar")
    assert "Line 5" in refused.detail_in("en")


def test_a_day_that_is_none_is_told(tmp_path):
    path = tmp_path / "area.csv"
    path.write_text("source_code;code;valid_from\nA;SN;31/12/2025\n", "utf-8")
    with pytest.raises(CorrespondenceRefused) as refused:
        lines_of(path, "area", {})
    assert [(f.line, f.column) for f in refused.value.faults] == [(2, "valid_from")]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "<xml/>", "{}", '{"data": {}}'])
def test_a_file_that_is_no_correspondence_is_refused(content, tmp_path):
    path = tmp_path / "area"
    path.write_text(content, "utf-8")
    with pytest.raises(FileNotUnderstood):
        lines_of(path, "area", {})


SDMX_ML = """<?xml version="1.0" encoding="UTF-8"?>
<mes:Structure xmlns:mes="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message"
    xmlns:str="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure"
    xmlns:com="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common">
  <mes:Header>
    <mes:ID>IDREF1</mes:ID><mes:Test>true</mes:Test>
    <mes:Prepared>2026-03-01T00:00:00Z</mes:Prepared><mes:Sender id="HCP"/>
  </mes:Header>
  <mes:Structures><str:RepresentationMaps>
    <str:RepresentationMap id="RM_AREA" version="1.0" agencyID="HCP">
      <com:Name xml:lang="fr">Pays</com:Name>
      <str:SourceCodelist>urn:sdmx:org.sdmx.infomodel.codelist.ValueList=HCP:VL_AREA(1.0)</str:SourceCodelist>
      <str:TargetCodelist>urn:sdmx:org.sdmx.infomodel.codelist.Codelist=HCP:CL_AREA(1.0)</str:TargetCodelist>
      <str:RepresentationMapping validFrom="2020-01-01" validTo="2020-12-31">
        <str:SourceValue>ATLANTE</str:SourceValue><str:TargetValue>ML</str:TargetValue>
      </str:RepresentationMapping>
    </str:RepresentationMap>
  </str:RepresentationMaps></mes:Structures>
</mes:Structure>
"""


def test_sdmx_ml_keeps_its_days_of_validity(tmp_path):
    path = tmp_path / "area.xml"
    path.write_text(SDMX_ML, "utf-8")
    ((_, row),) = lines_of(path, "area", {}, "dgsn")
    assert (row.provider, row.source_code, row.code) == ("dgsn", "ATLANTE", "ML")
    assert (str(row.valid_from), str(row.valid_to)) == ("2020-01-01", "2021-01-01")


def test_the_published_titles_are_read_by_their_own_headings(real_data: Path):
    columns = {"source_code": "rome_appellation", "code": "isco08", "quality": "relation"}
    path = real_data / "esco_rome" / "derived_rome_appellation_to_isco08.csv"
    lines = lines_of(path, "occupation_title", columns)
    assert len(lines) == 9683
    assert {row.quality for _, row in lines} == {"close", "broad"}
    assert faults("occupation_title", lines) == []


def _sorted(rows):
    return sorted(rows, key=lambda r: (r.provider, r.source_code, r.interval))

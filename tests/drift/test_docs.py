"""The documents say what the code does: verbs, targets, settings, paths, links, the example."""

import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import typer.main

from warehouse.cli import app
from warehouse.examination import check_file
from warehouse.settings import Settings, settings
from warehouse.tables import metadata

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *(PROJECT / f"{name}.md" for name in ("README", "CONTRIBUTING", "GLOSSARY", "CHANGELOG")),
        *(PROJECT / "docs").glob("*.md"),
        PROJECT / "warehouse" / "contracts" / "README.md",
    ]
)
FOLDERS = "warehouse|dbt_project|expectations|api|migrations|tests|bench|docs"
EXAMPLE = "miepeec"
EXAMPLE_FILE = re.compile(r"<!-- (file|append): (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
TEST_SWITCHES = {"SIMIMO_UPDATE_GOLDEN", "SIMIMO_WRITE_EXAMPLES"}
VIEWS = {
    *("submission.current", "submission.current_submission", "submission.vintage"),
    "codes.waiting_value",
    "release.published",
}

each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda p: str(p.relative_to(PROJECT))
)


def code_of(path: Path) -> list[str]:
    """What a document shows as code: the lines of its blocks, and what stands in backticks."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [
        *(line.split(" #")[0] for block in blocks for line in block.splitlines()),
        *(" ".join(span.split()) for span in spans),
    ]


def broken_calls(words: list[str]) -> Iterator[str]:
    """What the command line does not know in `words`: its verb, or one of its options."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    verb = words[0] if words else ""
    if verb.startswith("-") or not verb:
        return
    if verb not in commands:
        yield verb
        return
    if hasattr(commands[verb], "commands"):
        commands, words = commands[verb].commands, words[1:]
        if not words or words[0] not in commands:
            yield from (f"{verb} {w}" for w in words[:1])
            return
        verb = words[0]
    known = {option for p in commands[verb].params for option in (*p.opts, *p.secondary_opts)}
    yield from (f"{verb} {w}" for w in words[1:] if re.match(r"--?[a-z]", w) and w not in known)


@each_document
def test_every_verb_and_option_of_simimo_exists(path: Path) -> None:
    calls = [
        call.split()
        for code in code_of(path)
        for call in re.findall(r"\bsimimo ((?:[a-z]+\b|--help)[^;&|`(»”]*)", code)
    ]
    assert [fault for words in calls for fault in broken_calls(words)] == []


@each_document
def test_every_make_target_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
    named = {t for code in code_of(path) for t in re.findall(r"\bmake ([a-z-]+)", code)}
    assert named - targets == set()


def test_the_readme_documents_every_setting_and_no_other() -> None:
    fields = {f"SIMIMO_{name.upper()}" for name in Settings.model_fields}
    readme = (PROJECT / "README.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(SIMIMO_[A-Z_]+)` \|", readme, re.M))
    assert fields - documented == set(), "settings without documentation"
    assert documented - fields == set(), "documented, yet no setting"


@each_document
def test_every_variable_named_is_a_setting(path: Path) -> None:
    fields = {f"SIMIMO_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bSIMIMO_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
    assert named - fields - TEST_SWITCHES == set()


@each_document
def test_every_path_of_the_project_exists(path: Path) -> None:
    named = {
        found
        for code in code_of(path)
        for found in re.findall(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./<>-]*)", code)
    }
    settled = {n for n in named if "<" not in n and EXAMPLE not in n}
    assert sorted(n for n in settled if not (PROJECT / n).exists()) == []


@each_document
def test_every_table_named_exists(path: Path) -> None:
    named = {
        found
        for code in code_of(path)
        for found in re.findall(
            r"(?<![\w/.])(?:submission|codes|release|harmonised)\.[a-z_]+\b(?!\.)", code
        )
        if not found.endswith((".py", ".yml"))
    }
    models = {f"harmonised.{p.stem}" for p in (PROJECT / "dbt_project/models/harmonised").iterdir()}
    import warehouse.release_tables  # noqa: F401  (adds its tables to the metadata)

    assert named - set(metadata.tables) - models - VIEWS == set()


@each_document
def test_every_link_resolves(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@each_document
def test_the_python_of_a_document_prints_what_stands_below_it(path: Path) -> None:
    examples = re.findall(
        r"```python\n(.*?)```\n\n```text\n(.*?)```", path.read_text("utf-8"), re.S
    )
    for code, output in examples:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(code, {})
        assert printed.getvalue() == output
    assert examples or path.name != "disclosure.md"


def test_the_glossary_is_in_alphabetical_order_with_one_entry_a_term() -> None:
    text = (PROJECT / "GLOSSARY.md").read_text("utf-8").split("\n## ")[0]
    terms = re.findall(r"^\| ([^|]+?) \| [A-Z]", text, re.M)
    assert len(terms) > 100
    assert terms == sorted(set(terms), key=str.casefold)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A project beside this one, with the institution that CONTRIBUTING adds."""
    shutil.copytree(PROJECT / "warehouse" / "contracts", tmp_path / "warehouse" / "contracts")
    for folder in ("dbt_project", "migrations"):
        ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=ignored)
    found = EXAMPLE_FILE.findall((PROJECT / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(found) == 4
    for how, name, content in found:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a" if how == "append" else "x", encoding="utf-8") as file:
            file.write(content)
    return tmp_path


@pytest.fixture
def settings_of_the_example(example: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SIMIMO_PROJECT_DIR", str(example))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("settings_of_the_example")
def test_the_file_of_the_added_institution_is_accepted(example: Path) -> None:
    path = example / "SPECIMEN_agency_placements.csv"
    report = check_file(path, "miepeec_agency_placements", "2026-03", is_specimen=True)
    assert (report.state, report.rows, report.counts) == ("accepted", 3, ())


@pytest.mark.path
@pytest.mark.slow
def test_the_added_institution_reaches_its_indicator(
    warehouse_database: str, example: Path, settings_of_the_example: None
) -> None:
    from warehouse import build, migrate
    from warehouse.database import connect
    from warehouse.submission import receive_file

    migrate.migrate()
    path = example / "SPECIMEN_agency_placements.csv"
    report = receive_file(path, "miepeec_agency_placements", "2026-03", is_specimen=True)
    assert report.state == "accepted"
    build.build()
    with connect("simimo_analyst") as session:
        found = session.execute("""
            select destination_code, sex_code, contract_type_code, birth_month
            from harmonised.placement_abroad order by line_number
        """).fetchall()
        assert found == [
            ("ES", "F", "SEASONAL", "1990-05"),
            ("FR", "M", "FIXED_TERM", "1987-11"),
            ("QA", "F", "PERMANENT", "1995-01"),
        ]
        placed = session.execute("""
            select obs_value from indicators.df_placement_abroad
            where destination = '_T' and sex = '_T' and age = '_T' and activity = '_T'
                and occupation = '_T' and contract_type = '_T' and duration = '_T'
                and time_period = '2026-03'
        """).fetchone()
        assert placed == (3,)

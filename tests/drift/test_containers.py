"""The containers say what the program does: services, verbs, settings, folders, addresses."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from tests.drift.test_docs import broken_calls
from warehouse.cli import app
from warehouse.settings import Settings

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s.get("image") == "simimo"}
DOCKERFILE = [
    line.split(maxsplit=1)
    for line in re.sub(r"\\\n", "", (PROJECT / "Dockerfile").read_text("utf-8")).splitlines()
    if re.match(r"[A-Z]+ ", line)
]
"""The Dockerfile's instructions, such as ['USER', 'simimo']."""


def given(instruction: str) -> list[str]:
    """What each `instruction` of the Dockerfile says."""
    return [text for name, text in DOCKERFILE if name == instruction]


def variables(value: Any) -> set[str]:
    """The names that a part of the compose file takes from the environment."""
    return set(re.findall(r"\$\{([A-Z_]+)", yaml.safe_dump(value)))


def test_the_services_are_a_server_and_the_three_ways_to_run_the_program() -> None:
    assert set(SERVICES) == {"postgres", *OURS}
    assert set(OURS) == {"migrate", "api", "worker"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_calls_a_verb_with_its_options(name: str) -> None:
    words = OURS[name]["command"].split()
    assert words[0] in typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert list(broken_calls(words)) == []


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_given_settings_alone(name: str) -> None:
    known = {f"SIMIMO_{field.upper()}" for field in Settings.model_fields}
    assert set(OURS[name]["environment"]) <= known


def test_the_image_is_given_settings_alone_and_runs_as_no_administrator() -> None:
    known = {f"SIMIMO_{field.upper()}" for field in Settings.model_fields}
    assert {text.split("=")[0] for text in given("ENV")} <= known
    assert given("USER") == ["simimo"]
    assert given("ENTRYPOINT") == ['["simimo"]']


def test_every_account_of_an_address_is_one_that_the_server_makes() -> None:
    server = SERVICES["postgres"]
    asked = {s["environment"]["SIMIMO_DATABASE_URL"] for s in OURS.values()}
    accounts = {re.match(r"postgresql://(\w+):", url)[1] for url in asked}  # type: ignore[index]
    (mounted,) = server["configs"]
    made = re.match(r"create role (\w+) login", COMPOSE["configs"][mounted["source"]]["content"])
    assert made is not None
    assert accounts == {server["environment"]["POSTGRES_USER"], made[1]}
    assert {re.search(r"@([\w:]+)/(\w+)$", url).groups() for url in asked} == {  # type: ignore[union-attr]
        ("postgres:5432", server["environment"]["POSTGRES_DB"])
    }


def test_the_service_that_readers_reach_has_no_password_but_its_own() -> None:
    assert variables(OURS["api"]) == {"API_PASSWORD"}
    assert "volumes" not in OURS["api"]
    assert "healthcheck" in OURS["api"]
    (port,) = OURS["api"]["ports"]
    host, _, inside = port.rpartition(":")
    assert host.startswith("127.0.0.1:")
    assert given("EXPOSE") == [inside]


def test_only_the_accounts_passwords_are_asked_for_and_the_readme_sets_them() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert variables(COMPOSE) == set(re.findall(r'^echo "([A-Z_]+)=', readme, re.MULTILINE))


def test_every_volume_is_declared_and_the_home_is_the_images() -> None:
    named = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(COMPOSE["volumes"])
    (home,) = (text.split("=")[1] for text in given("ENV") if text.startswith("SIMIMO_HOME="))
    assert all(f"home:{home}" in OURS[name]["volumes"] for name in ("migrate", "worker"))


def test_the_image_holds_all_that_is_installed() -> None:
    copied = {word for text in given("COPY") for word in text.split()[:-1]}
    assert sorted(name for name in copied if not (PROJECT / name).exists()) == []
    known = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    packages = {p.rstrip("*") for p in known["tool"]["setuptools"]["packages"]["find"]["include"]}
    needed = {"requirements.lock", "pyproject.toml", "dbt_project", "migrations"}
    needed |= {known["project"]["readme"]}
    assert packages | needed <= copied

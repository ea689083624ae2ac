"""aggregate_ratio: cells and observations of declared workers, over SQL written by hand."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figure import RUNS, Figure, seconds
from bench.home import own_home

if TYPE_CHECKING:
    import psycopg

ROWS = 2_000_000
MODELS = {"cells/cell_employment": "cell_employment", "df_emp_declared": "df_emp_declared"}
MODEL_TABLES = ("indicators.cell_employment", "indicators.df_emp_declared")
HAND_TABLES = ("hand_cells", "hand_observations")
SEEDS = ("cl_activity", "cl_area", "cl_region")
BY_HAND = Path(__file__).with_suffix(".sql")
DIMENSIONS = "citizenship, citizenship_group, sex, age, activity, ref_area, size"
MEASURES = ("worker_count, paid_count, wage_centimes, accident_count", "obs_value")
"""What cells and observations tell, in the order of their tables."""

RECORDS = """
create schema if not exists harmonised;
create schema if not exists indicators;
create table harmonised.employment as
with drawn as (
    select
        number,
        -- One in a hundred is the second employer of the worker before.
        number % 100 = 99 as is_second,
        md5('employer' || floor(power(random(), 3) * 150000)::text) as employer_id,
        (array['F', 'M', 'M'])[1 + floor(random() * 3)::int] as sex_code,
        case
            when random() < 0.9925 then 'MA'
            when random() < 0.01 then '_U'
            else (array['FR', 'SN', 'ES', 'TN', 'PH', 'CI', 'DZ', 'US', 'TR', 'CN', 'CM', 'IN',
                'IT', 'GB', 'BE', 'GN', 'CA', 'CD', 'DE', 'ML', 'LB', 'SY', 'PT', 'EG', 'MR',
                'CG', 'NL', 'GA', 'BF', 'NG', 'KR', 'BR', 'JO', 'RO', 'JP']
            )[1 + floor(power(random(), 2) * 35)::int]
        end as citizenship_code,
        (1961 + floor(random() * 45)::int)::text || '-'
        || lpad((1 + floor(random() * 12)::int)::text, 2, '0') as birth_month,
        (array['01', '08', '10', '14', '15', '20', '25', '29', '35', '36', '41', '43', '46', '47',
            '49', '52', '55', '56', '62', '64', '68', '70', '78', '80', '81', '82', '85', '86',
            '90', '94', '96', '_U'])[1 + floor(random() * 32)::int] as activity_code,
        'MA-' || lpad((1 + floor(power(random(), 2) * 12)::int)::text, 2, '0') as region_code,
        case when random() < 0.001 then 'AT' else '_U' end as situation_code,
        case when random() < 0.02 then 0 else 26 end as declared_days,
        (250000 + floor(power(random(), 2) * 1500000))::bigint as wage_centimes
    from generate_series(1, {rows}) as number
)
select
    'cnss_declarations' as contract,
    'cnss' as provider,
    '2026-03' as period,
    md5('record' || number::text) as record_id,
    1::bigint as submission_id,
    number::bigint as line_number,
    md5('worker' || (number - is_second::int)::text) as worker_id,
    employer_id,
    birth_month,
    sex_code,
    citizenship_code,
    activity_code,
    region_code,
    situation_code,
    declared_days::bigint as declared_days,
    wage_centimes,
    1::bigint as declaration_count,
    false as is_new_entrant,
    true as is_registered,
    1 + is_second::int as employer_rank,
    declared_days > 0 as is_worker,
    declared_days > 0 and not is_second as is_main_employer
from drawn;
create index on harmonised.employment (period);
analyze harmonised.employment;
"""

SUBMISSION = """
with sent as (
    insert into submission.submission (contract, contract_version, provider, coverage, period,
        version, file_name, sha256, size_bytes, state, row_count, error_count, warning_count,
        is_specimen, report)
    values ('cnss_declarations', '1.0.0', 'cnss', 'period', '2026-03', 1, 'x.csv', '', 10,
        'accepted', {rows}, 0, 0, true, '{{}}')
    returning id
)
insert into submission.part select id, '', '', 'accepted', 1, {rows}, 0 from sent;
"""


def aggregate() -> Iterator[Figure]:
    """Two million declared employments to the cells and observations of DF_EMP_DECLARED."""
    from warehouse.database import connect

    with own_home() as home, connect() as session:
        session.execute("select setseed(0.2026)")
        session.execute(RECORDS.format(rows=ROWS))
        session.execute(SUBMISSION.format(rows=ROWS))
        session.commit()
        _dbt(home, "seed", SEEDS)
        ours, hand = _models(home), BY_HAND.read_text("utf-8")
        model_seconds, hand_seconds = [], []
        for _ in range(RUNS):
            # One after the other, so that both meet the same machine.
            model_seconds.append(_timed(session, ours, MODEL_TABLES))
            hand_seconds.append(_timed(session, hand, HAND_TABLES))
        _require_equal(session)
        by_hand = statistics.median(hand_seconds)
        yield Figure("aggregate_hand_seconds", by_hand, "s", "the limit: SQL written by hand")
        yield Figure("aggregate_seconds", statistics.median(model_seconds), "s")
        ratio = statistics.median(model_seconds) / by_hand
        yield Figure("aggregate_ratio", ratio, "ratio", "at most 1.5")


def _timed(session: "psycopg.Connection", statements: str, tables: tuple[str, ...]) -> float:
    """The seconds of the statements that make the tables anew."""
    for table in tables:
        session.execute(f"drop table if exists {table}")
    session.commit()
    taken = seconds(lambda: session.execute(statements))
    session.commit()
    return taken


def _require_equal(session: "psycopg.Connection") -> None:
    """Both give the same figures, or the ratio compares two different things."""
    for measures, *pair in zip(MEASURES, HAND_TABLES, MODEL_TABLES, strict=True):
        told = f"{DIMENSIONS}, {measures}"
        for left, right in (pair, pair[::-1]):
            query = f"select {told} from {left} except select {told} from {right}"
            found = session.execute(query).fetchone()
            assert found is None, (left, found)


def _models(home: Path) -> str:
    """The statements by which dbt makes both models anew."""
    _dbt(home, "compile", MODELS.values(), "--full-refresh")
    folder = home / "compiled" / "simimo" / "models" / "indicators"
    made = []
    for path, name in MODELS.items():
        compiled = (folder / f"{path}.sql").read_text("utf-8")
        made.append(f"create table indicators.{name} as {compiled};\nanalyze indicators.{name};")
    return "\n".join(made)


def _dbt(home: Path, command: str, chosen: Iterable[str], *flags: str) -> None:
    """Run dbt on the bench's database."""
    from warehouse.database import dbt_environment
    from warehouse.settings import settings

    folder = str(settings().dbt_dir)
    program = [sys.executable, "-m", "dbt.cli.main", "--no-version-check"]
    projects = ["--project-dir", folder, "--profiles-dir", folder]
    subprocess.run(
        [*program, command, "--select", *chosen, *flags, *projects],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **dbt_environment(), "DBT_TARGET_PATH": str(home)}
        | {"DBT_LOG_PATH": str(home), "PYTHONUTF8": "1"},
    )

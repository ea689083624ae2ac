"""The tables of schema release, as Alembic's head leaves them (a drift test compares)."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.indicator import COMMON_DIMENSIONS, DIMENSIONS
from warehouse.tables import metadata

SCHEMA = "release"
SERIES_COLUMNS = ("freq", *DIMENSIONS)
"""What tells one series of a dataflow from another; joined, they are its series_key."""

SERIES_SEPARATOR = "|"
"""Stands in no code, so that different series never share their key."""

KEY_COLUMNS = ("dataflow", *SERIES_COLUMNS, "time_period")
"""What tells one observation from another within a release."""

CONTENT_COLUMNS = ("obs_value", "obs_status", "conf_status", "unit_measure", "decimals")
"""What a release says of an observation."""

OBSERVATION_COLUMNS = (*KEY_COLUMNS, *CONTENT_COLUMNS)

# Codes are compared byte by byte: the order of a long answer's pages must never depend on
# the language of the server.
CODE = Text(collation="C")

release = Table(
    "release",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False, comment="Release number"),
    Column("status", Text, nullable=False, comment="draft, approved or published"),
    Column("released_at", DateTime(timezone=True), comment="Instant of the release"),
    Column(
        "manifest",
        JSONB,
        nullable=False,
        comment="Submissions, code version, disclosure rules, counts and hashes",
    ),
    Column(
        "content_hash",
        Text,
        nullable=False,
        comment="SHA-256 of everything the release says, hexadecimal; equal inputs, equal hash",
    ),
    Column(
        "base",
        Integer,
        ForeignKey("release.release.number"),
        comment="The release that it follows; empty for the first",
    ),
    Column("notice", JSONB, comment="What readers are told of it, in fr, ar and en"),
    Column(
        "is_one_step",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Published without a second person: specimen and public figures alone",
    ),
    Column("drafted_by", Text, comment="Who made the draft"),
    Column("drafted_at", DateTime(timezone=True), comment="Instant of the draft"),
    Column("approved_by", Text, comment="The second person"),
    Column("approved_at", DateTime(timezone=True), comment="Instant of the approval"),
    Column("published_by", Text, comment="Who published it, or set its embargo"),
    Column("withdrawn_by", Text, comment="Who dropped the draft"),
    Column(
        "withdrawn_at", DateTime(timezone=True), comment="Instant at which the draft was dropped"
    ),
    Column("withdrawn_reason", Text, comment="Why it was dropped"),
    CheckConstraint("number > 0", name="release_number"),
    CheckConstraint("status in ('draft', 'approved', 'published')", name="release_status"),
    CheckConstraint("status <> 'published' or released_at is not null", name="release_dated"),
    CheckConstraint("approved_by <> drafted_by", name="release_second_person"),
    CheckConstraint(
        "status = 'draft' or is_one_step or approved_by is not null", name="release_approved"
    ),
    CheckConstraint("withdrawn_at is null or status <> 'published'", name="release_withdrawn"),
    schema=SCHEMA,
    comment="Numbered releases; a published one never changes",
)

opened = Table(
    "opened",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("release.release.number"),
        primary_key=True,
        autoincrement=False,
        comment="Release number",
    ),
    Column(
        "opened_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("clock_timestamp()"),
        comment="Instant at which it was first found to be readable",
    ),
    Column(
        "has_views",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Whether the views of its dataflows were made",
    ),
    schema=SCHEMA,
    comment="Releases whose instant has come: they stay readable when the clock is set back",
)

frozen_content = Table(
    "frozen_content",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of the content, hexadecimal"),
    Column("content", JSONB, nullable=False, comment="A definition, or code lists"),
    schema=SCHEMA,
    comment="Definitions and code lists as releases froze them, each content once",
)

frozen_dataflow = Table(
    "frozen_dataflow",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("release.release.number"),
        primary_key=True,
        autoincrement=False,
        comment="Release number",
    ),
    Column("dataflow", CODE, primary_key=True, comment="Dataflow id, such as DF_EMP_DECLARED"),
    Column(
        "definition_hash",
        Text,
        ForeignKey("release.frozen_content.hash"),
        nullable=False,
        comment="Hash of its definition in this release",
    ),
    Column(
        "code_lists_hash",
        Text,
        ForeignKey("release.frozen_content.hash"),
        nullable=False,
        comment="Hash of its code lists in this release",
    ),
    Column(
        "content_hash",
        Text,
        nullable=False,
        comment="SHA-256 of observations, definition and codes",
    ),
    Column(
        "updated_in",
        Integer,
        ForeignKey("release.release.number"),
        nullable=False,
        comment="The release in which the dataflow last changed",
    ),
    Column("is_specimen", Boolean, nullable=False, comment="Made from specimen data"),
    schema=SCHEMA,
    comment="Which definition and code lists each dataflow has in each release",
)


def _key_of_series() -> list[Column[Any]]:
    """The columns that tell an observation from the others of its release."""
    return [
        Column("dataflow", CODE, primary_key=True, comment="Dataflow id, such as DF_EMP_DECLARED"),
        # One narrow key instead of fifteen columns: releases are written four times as fast.
        Column(
            "series_key",
            CODE,
            Computed(f" || '{SERIES_SEPARATOR}' || ".join(SERIES_COLUMNS), persisted=True),
            primary_key=True,
            comment="Frequency and codes of all dimensions in order, joined by |",
        ),
        Column("time_period", CODE, primary_key=True, comment="YYYY-MM, YYYY-Qn or YYYY"),
    ]


def _codes() -> list[Column[Any]]:
    """Frequency and dimensions, one column each."""
    dimensions = (
        Column(
            dimension,
            CODE,
            nullable=False,
            server_default=text("'_Z'"),
            comment=f"{common.comment}; _T total, _Z not used",
        )
        for dimension, common in COMMON_DIMENSIONS.items()
    )
    return [Column("freq", CODE, nullable=False, comment="Frequency: M, Q or A"), *dimensions]


def _content(*, is_required: bool) -> list[Column[Any]]:
    """What is said of an observation."""
    is_nullable = not is_required
    return [
        Column("obs_value", Numeric, comment="The figure; empty where withheld or missing"),
        Column(
            "obs_status",
            Text,
            nullable=is_nullable,
            comment="Status, CL_OBS_STATUS; Q is suppressed",
        ),
        Column(
            "conf_status",
            Text,
            nullable=is_nullable,
            comment="Confidentiality, CL_CONF_STATUS; F is free",
        ),
        Column("unit_measure", Text, nullable=is_nullable, comment="Unit of the figure"),
        Column("decimals", Integer, nullable=is_nullable, comment="Decimals of the figure"),
    ]


observation = Table(
    "observation",
    metadata,
    *_key_of_series(),
    Column(
        "valid_from_release",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="The first release that says so",
    ),
    Column(
        "valid_to_release",
        Integer,
        comment="The first release that no longer says so; empty: the newest still does",
    ),
    *_codes(),
    *_content(is_required=True),
    CheckConstraint("obs_status <> 'Q' or obs_value is null", name="observation_withheld"),
    CheckConstraint("(conf_status = 'F') = (obs_status <> 'Q')", name="observation_confidential"),
    CheckConstraint("obs_status <> 'A' or obs_value is not null", name="observation_missing"),
    CheckConstraint(
        "conf_status in ('A', 'C', 'D', 'E', 'F', 'G', 'N', 'O', 'T')",
        name="observation_conf_status",
    ),
    CheckConstraint("obs_value not in ('NaN', 'Infinity', '-Infinity')", name="observation_finite"),
    CheckConstraint("valid_to_release > valid_from_release", name="observation_validity"),
    Index("observation_valid_from_release", "valid_from_release"),
    Index("observation_valid_to_release", "valid_to_release"),
    schema=SCHEMA,
    comment="One protected observation, valid from one release until before another",
)

draft_observation = Table(
    "draft_observation",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("release.release.number"),
        primary_key=True,
        autoincrement=False,
        comment="Number of the draft",
    ),
    *_key_of_series(),
    *_codes(),
    *_content(is_required=False),
    schema=SCHEMA,
    comment=(
        "What a draft would say otherwise than the release that it follows; "
        "without status: what it would no longer say"
    ),
)

"""The fixed tables that Python writes, as Alembic's head leaves them (a drift test compares)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

STATES = ("received", "checked", "held", "accepted", "rejected", "superseded", "withdrawn")
_STATE_LIST = ", ".join(f"'{state}'" for state in STATES)

submission = Table(
    "submission",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True, comment="Submission number"),
    Column("contract", Text, nullable=False, comment="Contract id, such as cnss_declarations"),
    Column("contract_version", Text, nullable=False, comment="Version of the contract applied"),
    Column("provider", Text, nullable=False, comment="Institution that sent the file"),
    Column("coverage", Text, nullable=False, comment="period, cumulative or campaign"),
    Column("period", Text, nullable=False, comment="Reference period: YYYY-MM, YYYY-Qn or YYYY"),
    Column("version", Integer, nullable=False, comment="1 for the first file of the period"),
    Column("file_name", Text, nullable=False, comment="Name of the file, masked"),
    Column("sha256", Text, nullable=False, comment="SHA-256 of the bytes received, hexadecimal"),
    Column("size_bytes", BigInteger, nullable=False, comment="Size of the file, in bytes"),
    Column("state", Text, nullable=False, comment="State of the submission"),
    Column("row_count", BigInteger, nullable=False, comment="Records read"),
    Column("error_count", BigInteger, nullable=False, comment="True number of errors found"),
    Column("warning_count", BigInteger, nullable=False, comment="True number of warnings found"),
    Column("is_specimen", Boolean, nullable=False, comment="Made by the specimen generator"),
    Column(
        "received_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of receipt",
    ),
    Column("decided_at", DateTime(timezone=True), comment="Instant of the last decision"),
    Column("decided_by", Text, comment="Who decided: simimo, or a person of HCP"),
    Column("decision_reason", Text, comment="Why the submission is held, rejected or withdrawn"),
    Column("report", JSONB, nullable=False, comment="Findings report; values masked"),
    CheckConstraint(f"state in ({_STATE_LIST})", name="submission_state"),
    Index("submission_by_period", "contract", "period"),
    Index("submission_by_hash", "sha256"),
    schema="submission",
    comment="One file received from a provider, with its findings and decision",
)

part = Table(
    "part",
    metadata,
    Column(
        "submission_id",
        BigInteger,
        ForeignKey("submission.submission.id", ondelete="cascade"),
        primary_key=True,
        comment="Submission number",
    ),
    Column("part", Text, primary_key=True, comment="Empty for the whole file, else a pseudonym"),
    Column("label", Text, nullable=False, comment="What to show of the part, masked"),
    Column("state", Text, nullable=False, comment="State of the part"),
    Column("version", Integer, nullable=False, comment="1 for the first file of the part"),
    Column("row_count", BigInteger, nullable=False, comment="Records of the part"),
    Column("error_count", BigInteger, nullable=False, comment="Errors in the part"),
    CheckConstraint(f"state in ({_STATE_LIST})", name="part_state"),
    schema="submission",
    comment="The unit that is accepted, rejected and replaced",
)

affected_period = Table(
    "affected_period",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the mark"),
    Column("contract", Text, nullable=False, comment="Contract whose rows changed"),
    Column("period", Text, nullable=False, comment="Reference period to rebuild"),
    Column("reason", Text, nullable=False, comment="What changed"),
    Column(
        "marked_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of the mark",
    ),
    schema="submission",
    comment="Periods to rebuild at the next build",
)

affected_entry = Table(
    "affected_entry",
    metadata,
    Column(
        "mark_id",
        BigInteger,
        ForeignKey("submission.affected_period.id", ondelete="CASCADE"),
        primary_key=True,
        comment="Mark of the period whose records the entry describes",
    ),
    Column(
        "entry",
        Text,
        primary_key=True,
        comment="Pseudonym by which records name an entry of the register that has changed",
    ),
    schema="submission",
    comment="Entries of a register to which a mark is limited; a mark without any is of all",
)

expectation_result = Table(
    "expectation_result",
    metadata,
    Column(
        "id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the result"
    ),
    Column(
        "submission_id",
        BigInteger,
        ForeignKey("submission.submission.id", ondelete="cascade"),
        nullable=False,
        comment="Submission number",
    ),
    Column("suite", Text, nullable=False, comment="Suite of expectations"),
    Column("expectation", Text, nullable=False, comment="Expectation, such as row_count_ratio"),
    Column("column_name", Text, comment="Column looked at, if one"),
    Column("severity", Text, nullable=False, comment="error, warning or information"),
    Column("success", Boolean, nullable=False, comment="Whether it was met"),
    Column("observed", JSONB, nullable=False, comment="What was measured"),
    Column("message", JSONB, nullable=False, comment="The sentence, in fr, ar and en"),
    Column(
        "run_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of the measure",
    ),
    Index("expectation_result_by_submission", "submission_id"),
    schema="submission",
    comment="Results of the plausibility gate, kept",
)

measure = Table(
    "measure",
    metadata,
    Column(
        "submission_id",
        BigInteger,
        ForeignKey("submission.submission.id", ondelete="cascade"),
        primary_key=True,
        comment="Submission number",
    ),
    Column("measure", Text, primary_key=True, comment="Measure of a suite, such as row_count"),
    Column("code", Text, primary_key=True, comment="Code of a distribution; else empty"),
    Column("definition", Text, nullable=False, comment="Hash of how it was measured"),
    Column("value", Double, nullable=False, comment="Count, share or mean"),
    Column("standard_error", Double, nullable=False, comment="Standard error of the value"),
    schema="submission",
    comment="Figures of a submission that later ones are compared with",
)

fetched = Table(
    "fetched",
    metadata,
    Column("place", Text, primary_key=True, comment="Name of the place in places.yml"),
    Column(
        "path_sha256",
        Text,
        primary_key=True,
        comment="SHA-256 of the path there, hexadecimal: a name may carry a number",
    ),
    Column(
        "stamp",
        Text,
        primary_key=True,
        comment="Size, time of change and ETag, as the place tells them",
    ),
    Column("file_name", Text, nullable=False, comment="Name of the file, masked"),
    Column("sha256", Text, nullable=False, comment="SHA-256 of the bytes fetched, hexadecimal"),
    Column(
        "submission_id",
        BigInteger,
        ForeignKey("submission.submission.id", ondelete="cascade"),
        nullable=False,
        comment="Submission that came of it, or that the same bytes had made before",
    ),
    Column(
        "fetched_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of fetching",
    ),
    schema="submission",
    comment="Files fetched from the places of providers: each is fetched once",
)

decision = Table(
    "decision",
    metadata,
    Column(
        "id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the decision"
    ),
    Column("variable", Text, nullable=False, comment="Code variable, such as area"),
    Column("provider", Text, nullable=False, comment="Provider, or * for all"),
    Column("source_code", Text, nullable=False, comment="Code as the source writes it"),
    Column("code", Text, nullable=False, comment="Code of the common list"),
    Column("quality", Text, nullable=False, comment="exact, close, broad or narrow"),
    Column("valid_from", Date, comment="First day of validity; empty: always"),
    Column("valid_to", Date, comment="Day after the last; empty: still valid"),
    Column("decided_by", Text, nullable=False, comment="Who decided"),
    Column(
        "decided_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of the decision",
    ),
    Column("note", Text, comment="Why"),
    Column(
        "status",
        Text,
        nullable=False,
        server_default=text("'approved'"),
        comment="proposed, approved or revoked; only an approved one applies",
    ),
    Column("source_label", Text, comment="What the source code means"),
    Column("source", Text, comment="Where the correspondence comes from"),
    Column("approved_by", Text, comment="The second person, where one was required"),
    Column("approved_at", DateTime(timezone=True), comment="Instant of the approval"),
    Column("revoked_by", Text, comment="Who took it back"),
    Column("revoked_at", DateTime(timezone=True), comment="Instant at which it was revoked"),
    Column("revoked_note", Text, comment="Why it was revoked"),
    Column(
        "is_built",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Whether the periods that it touches were built as it stands now",
    ),
    CheckConstraint("quality in ('exact', 'close', 'broad', 'narrow')", name="decision_quality"),
    CheckConstraint("status in ('proposed', 'approved', 'revoked')", name="decision_status"),
    CheckConstraint("approved_by <> decided_by", name="decision_second_person"),
    UniqueConstraint(
        "variable", "provider", "source_code", "valid_from", "decided_at", name="decision_once"
    ),
    schema="codes",
    comment="Correspondences decided at the desk",
)

coded_title = Table(
    "coded_title",
    metadata,
    Column(
        "title_hash",
        Text,
        primary_key=True,
        comment="MD5 of the title in capitals, trimmed: titles themselves are not kept here",
    ),
    Column(
        "title",
        Text,
        nullable=False,
        comment="The title's words that other titles have too; the others, and numbers, masked",
    ),
    Column("code", Text, nullable=False, comment="Code of cl_occupation; _U below the threshold"),
    Column("score", Double, nullable=False, comment="Probability that the best code is right"),
    Column(
        "method", Text, nullable=False, comment="exact, classifier, or none below the threshold"
    ),
    Column(
        "model_version",
        Text,
        nullable=False,
        comment="Hash of the program's method and of the known titles behind the code",
    ),
    Column(
        "coded_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="Instant of the coding",
    ),
    CheckConstraint("score between 0 and 1", name="coded_title_score"),
    CheckConstraint("method in ('exact', 'classifier', 'none')", name="coded_title_method"),
    CheckConstraint("method <> 'none' or code = '_U'", name="coded_title_unknown"),
    schema="codes",
    comment="One job title met in the extracts, and the occupation it was coded to",
)

unknown_value = Table(
    "unknown_value",
    metadata,
    Column(
        "submission_id",
        BigInteger,
        ForeignKey("submission.submission.id", ondelete="cascade"),
        primary_key=True,
        comment="Submission number",
    ),
    Column("column_name", Text, primary_key=True, comment="Column of the contract"),
    Column("variable", Text, nullable=False, comment="Code variable, such as area"),
    Column("token", Text, primary_key=True, comment="What stands for the code in raw"),
    Column("value", Text, comment="The code in clear; empty once known or forgotten"),
    Column("row_count", BigInteger, nullable=False, comment="Records that have the code"),
    Index("unknown_value_by_token", "variable", "token"),
    schema="codes",
    comment="Codes that no list knew when their file came: for the steward alone",
)

token = Table(
    "token",
    metadata,
    Column("variable", Text, primary_key=True, comment="Code variable, such as area"),
    Column("token", Text, primary_key=True, comment="What stands for the code in raw"),
    Column("source_code", Text, nullable=False, comment="The code, known by now"),
    schema="codes",
    comment="Tokens of codes that a list has come to know",
)

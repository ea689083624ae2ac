"""The shapes of the answers, for the API's description; a test holds real answers against them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Labels(Shape):
    """One text in French, Arabic and English."""

    fr: str
    ar: str
    en: str


class Error(Shape):
    """Every failure: a stable code, what was found, what there is to add, what to do."""

    code: str
    message: str
    detail: str
    hint: str


class ReleaseSummary(Shape):
    """One published release; `specimen` says that invented data are in it."""

    number: int
    released_at: str
    specimen: bool
    content_hash: str
    notice: Labels | None = Field(description="What readers are told of it, such as a correction")
    url: str
    changes: str


class ReleaseList(Shape):
    """Every published release, the newest first."""

    count: int
    releases: list[ReleaseSummary]


class ReleaseDetail(ReleaseSummary):
    """One release with its manifest: submissions, rules, hashes, version of the code."""

    manifest: dict[str, Any]


class Links(Shape):
    """The addresses of one dataflow in one release."""

    definition: str
    data_json: str
    data_csv: str
    page: str


class FrequencyExtent(Shape):
    """What a release holds of one dataflow in one frequency."""

    freq: Literal["M", "Q", "A"]
    observations: int
    first_period: str
    last_period: str


class DataflowSummary(Shape):
    """One dataflow in the list; its counts and periods are those of its finest frequency."""

    id: str
    title: Labels
    unit_measure: str
    freq: Literal["M", "Q", "A"] = Field(description="The finest frequency")
    frequencies: list[FrequencyExtent]
    kind: Literal["national", "public"]
    specimen: bool
    observations: int
    first_period: str | None
    last_period: str | None
    last_updated: str
    links: Links


class DataflowList(Shape):
    """The dataflows of one release."""

    release: int
    released_at: str
    count: int
    dataflows: list[DataflowSummary]


class Code(Shape):
    """One code of a list, under its parent where it has one."""

    code: str
    parent: str | None
    label: Labels


class Dimension(Shape):
    """One dimension: also the name of the parameter that filters by it."""

    id: str
    label: Labels
    code_list: str
    codes: list[Code]


class Source(Shape):
    """One extract behind the figures, and the institution that sends it."""

    contract: str
    title: Labels
    provider: str
    provider_title: Labels
    named: bool = Field(description="Named by the definition; else it only completes others")


class Disclosure(Shape):
    """The rules under which figures are withheld, as the release applied them, and in words."""

    rules: dict[str, Any]
    text: Labels


class Revisions(Shape):
    """Observations published before, and how far they have moved since they first were."""

    releases: int
    compared: int
    mean_absolute_percent: float | None


class LinkageError(Shape):
    """Precision and recall of the links between sources, in percent."""

    precision: float | None
    recall: float | None
    basis: Literal["truth", "review"]


class Difference(Shape):
    """A published figure beside the specimen's released one, brought to scale 1."""

    id: str
    codes: dict[str, str] = Field(description="Dimensions that it does not name are totals")
    less: dict[str, list[str]] = Field(description="Codes taken from the total of a dimension")
    published: float
    published_period: str
    source: Labels | str = Field(description="A bare name in older releases")
    unit: str
    specimen: float
    specimen_period: str
    counted: float | None = Field(description="At the specimen's own scale; null of a mean")
    difference_percent: float


class Coherence(Shape):
    """The published figures that a specimen is calibrated to."""

    scale: float
    figures: list[Difference]
    left_out: int = Field(description="Figures that no published cell tells")


class Response(Shape):
    """How many households of a survey's newest round answered."""

    period: str
    drawn: int
    respondent: int
    rate: float | None = Field(description="Percent of the eligible households (AAPOR RR3)")


class Quality(Shape):
    """Quality at the release, in the order of SIMS; null where there is nothing to tell."""

    latest_period: str | None
    due: int = Field(description="Extracts that were due for the periods of the release")
    accepted: int = Field(description="Those of them whose rows count")
    on_time: int = Field(description="Those of them received by their due date")
    unknown_percent: dict[str, float | None] = Field(
        description="Share of _U by dimension in the latest period; null where withheld"
    )
    days_to_acceptance: float | None = Field(description="Median, from the end of the period")
    days_to_release: float | None = Field(description="Median, from the end of the period")
    revisions: Revisions
    linkage: LinkageError | None
    coherence: Coherence | None = Field(
        default=None, description="Of a specimen alone; absent from older releases"
    )
    response: Response | None = Field(
        default=None, description="Of a survey alone; absent from older releases"
    )


class DataflowDetail(DataflowSummary):
    """One dataflow as one release defines it."""

    release: int
    released_at: str
    theme: Labels
    definition: Labels
    population_concept: Labels
    icls_categories: list[str] = Field(description="Codes of cl_migrant_category (20th ICLS)")
    icls_clause: Labels
    stock_flow: str
    formula: Labels
    time_aggregation: Literal["end_of_period", "sum", "mean", "ratio", "none"]
    time_rule: Labels
    known_limits: Labels
    comparable: Labels
    credit: Labels
    decimals: int
    dimensions: list[Dimension]
    tables: list[list[str]]
    yearly_tables: list[list[str]] = Field(description="Those of `tables` published by year alone")
    yearly_codes: dict[str, list[str]] = Field(
        description="Codes of a dimension published by year alone"
    )
    sources: list[Source]
    disclosure: Disclosure
    quality: Quality | None = Field(description="Null in releases older than its measure")
    citation: Labels


class Observation(BaseModel):
    """One observation: a code for each dimension of the dataflow, and what is said of it."""

    model_config = ConfigDict(extra="allow")
    freq: Literal["M", "Q", "A"]
    time_period: str
    obs_value: float | None = Field(description="Null where withheld or missing")
    obs_status: str = Field(
        description="CL_OBS_STATUS; A normal, P provisional, E estimated, B break, Q suppressed"
    )
    conf_status: str = Field(
        description="CL_CONF_STATUS; F free, A too few, O, T, G dominated, D secondary"
    )
    unit_measure: str
    decimals: int


class Data(Shape):
    """Some observations of one dataflow, and the address of the next ones."""

    count: int
    next: str | None = Field(description="Address of the next observations; null at the end")
    citation: Labels
    specimen: bool
    note: Labels | None
    dataflow: str
    title: Labels
    credit: Labels
    release: int
    released_at: str
    last_updated: str
    unit_measure: str
    decimals: int
    dimensions: list[str]
    observations: list[Observation]
    next_cursor: str | None


class ReleasedValue(Shape):
    """What a release says of one observation."""

    obs_value: float | None = Field(description="Null where withheld or missing")
    obs_status: str
    conf_status: str
    unit_measure: str
    decimals: int


class ExplainedDefinition(Shape):
    """The definition and the rules as the release froze them."""

    definition: Labels
    formula: Labels
    time_rule: Labels
    known_limits: Labels


class CodeVersion(Shape):
    """The code that made the release."""

    package: str
    commit: str | None
    models_hash: str


class SubmissionBehind(Shape):
    """One file behind a number; `received_on` is null in older releases."""

    contract: str
    provider: str
    period: str
    version: int
    sha256: str
    received_on: str | None
    specimen: bool
    role: Literal["period", "history", "whole", "register", "followed"] = Field(
        description="It tells the period, an earlier one of a stock, the whole history, a register "
        "that completes, or persons followed from file to file"
    )


class Explained(Shape):
    """What stands behind one number; no count of records is public."""

    dataflow: str
    title: Labels
    release: int
    released_at: str
    specimen: bool
    key: dict[str, str]
    freq: Literal["M", "Q", "A"]
    time_period: str
    observation: ReleasedValue
    definition: ExplainedDefinition
    disclosure: Disclosure
    code_version: CodeVersion
    submissions: list[SubmissionBehind]
    citation: Labels
    page: str


class Limits(Shape):
    """What one answer may hold; no request rate is enforced by the program."""

    default_limit: int
    max_limit: int
    csv_without_limit: Literal["whole"]
    requests_per_second: None
    text: Labels


class Entrance(Shape):
    """Where to go from /v1, within which limits, and how to cite."""

    name: str
    title: Labels
    institution: Labels
    version: str
    languages: list[str]
    release: ReleaseSummary | None
    addresses: dict[str, str]
    limits: Limits
    citation: Labels


class Migration(Shape):
    """The revision that the database stands at, and the one this code expects."""

    current: str | None
    head: str


class Health(Shape):
    """Whether the service can answer; anything else than ok comes as an error, 503."""

    status: Literal["ok"]
    database: Literal["reachable"]
    migration: Migration
    release: ReleaseSummary | None

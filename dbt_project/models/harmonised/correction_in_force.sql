{{ config(materialized="view") }}

with correction as (

    select
        contract,
        first_period,
        coalesce(last_period, '9999') as last_period,
        column_name,
        source_value,
        {{ matched_code("source_value") }} as source_code,
        corrected_value,
        {{ matched_code("corrected_value") }} as corrected_code,
        reason,
        is_specimen,
        reported_at
    from {{ ref("correction") }}
    where status = 'active'

),

-- A row that came while no list knew its code holds the code's token. Those of
-- other variables are in no row of the column and change nothing.
spelled_or_token as (

    select * from correction
    union all
    select
        correction.contract,
        correction.first_period,
        correction.last_period,
        correction.column_name,
        correction.source_value,
        token.token as source_code,
        correction.corrected_value,
        correction.corrected_code,
        correction.reason,
        correction.is_specimen,
        correction.reported_at
    from correction
    inner join {{ source("codes", "token") }} as token
        on correction.source_code = token.source_code

),

submission as (

    select distinct
        contract,
        period,
        submission_id,
        is_specimen
    from {{ source("submission", "vintage") }}

),

-- A correction never doubles a record: of two for one code, the newest holds.
ranked as (

    select
        submission.contract,
        submission.period,
        submission.submission_id,
        spelled_or_token.column_name,
        spelled_or_token.source_value,
        spelled_or_token.source_code,
        spelled_or_token.corrected_value,
        spelled_or_token.corrected_code,
        spelled_or_token.reason,
        spelled_or_token.first_period,
        row_number() over (
            partition by
                submission.submission_id,
                spelled_or_token.column_name,
                spelled_or_token.source_code
            order by
                spelled_or_token.reported_at desc,
                spelled_or_token.first_period desc,
                spelled_or_token.corrected_code asc
        ) as choice
    from submission
    inner join spelled_or_token
        on
            submission.contract = spelled_or_token.contract
            and submission.is_specimen = spelled_or_token.is_specimen
            and submission.period >= spelled_or_token.first_period
            and submission.period <= spelled_or_token.last_period

),

in_force as (

    select
        contract,
        period,
        submission_id,
        column_name,
        source_value,
        source_code,
        corrected_value,
        corrected_code,
        reason,
        first_period
    from ranked
    where choice = 1

)

select * from in_force

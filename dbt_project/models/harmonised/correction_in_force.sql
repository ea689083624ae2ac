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
        correction.column_name,
        correction.source_value,
        correction.source_code,
        correction.corrected_value,
        correction.corrected_code,
        correction.reason,
        correction.first_period,
        row_number() over (
            partition by
                submission.submission_id,
                correction.column_name,
                correction.source_code
            order by
                correction.reported_at desc,
                correction.first_period desc,
                correction.corrected_code asc
        ) as choice
    from submission
    inner join correction
        on
            submission.contract = correction.contract
            and submission.is_specimen = correction.is_specimen
            and submission.period >= correction.first_period
            and submission.period <= correction.last_period

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

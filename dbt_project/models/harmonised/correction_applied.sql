{{ config(materialized="view", grants={"+select": ["simimo_pipeline"]}) }}

with current_submission as (

    select * from {{ source("submission", "current_submission") }}

),

correction_in_force as (

    select * from {{ ref("correction_in_force") }}

),

-- A period may hold several submissions.
current_correction as (

    select distinct
        correction_in_force.contract,
        correction_in_force.period,
        correction_in_force.column_name,
        correction_in_force.source_value,
        correction_in_force.source_code,
        correction_in_force.corrected_value,
        correction_in_force.corrected_code,
        correction_in_force.reason,
        correction_in_force.first_period
    from correction_in_force
    inner join current_submission
        on
            correction_in_force.contract = current_submission.contract
            and correction_in_force.submission_id
            = current_submission.submission_id

),

code_count as (

    select
        contract,
        provider,
        period,
        column_name,
        variable,
        source_code,
        sum(row_count) as row_count
    from {{ ref("code_count") }}
    group by contract, provider, period, column_name, variable, source_code

),

-- A value may stand in records in clear and as a token.
applied as (

    select
        current_correction.contract,
        max(code_count.provider) as provider,
        current_correction.period,
        current_correction.column_name,
        max(code_count.variable) as variable,
        current_correction.source_value,
        current_correction.corrected_value,
        current_correction.corrected_code,
        current_correction.reason,
        current_correction.first_period,
        coalesce(sum(code_count.row_count), 0) as row_count
    from current_correction
    left join code_count
        on
            current_correction.contract = code_count.contract
            and current_correction.period = code_count.period
            and current_correction.column_name = code_count.column_name
            and current_correction.source_code = code_count.source_code
    group by
        current_correction.contract,
        current_correction.period,
        current_correction.column_name,
        current_correction.source_value,
        current_correction.corrected_value,
        current_correction.corrected_code,
        current_correction.reason,
        current_correction.first_period

)

select * from applied

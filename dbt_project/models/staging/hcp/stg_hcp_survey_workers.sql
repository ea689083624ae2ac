with source as (

    {{ current_rows("hcp_survey_workers") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_survey_workers") }} as record_id,
        submission_id,
        line_number,
        key as survey_key,
        parent_key as survey_parent_key,
        worker_category,
        {{ to_integer("first_entry_year") }} as first_entry_year,
        job_before_arrival,
        worked_before,
        permit,
        contract_visa,
        work_contract,
        social_security,
        paid_leave,
        health_cover,
        skills_match,
        problems,
        sends_money,
        intention,
        nonresident_type as nonresident_type_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("hcp_survey_households") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_survey_households") }} as record_id,
        submission_id,
        line_number,
        key as survey_key,
        interview_start,
        interview_end,
        {{ to_date("hcp_survey_households", "interview_date") }}
            as interview_date,
        interviewer_code,
        stratum,
        {{ to_integer("segment_number") }} as segment_number,
        listing_class,
        {{ to_integer("household_number") }} as household_number,
        household_id,
        {{ to_integer("attempts") }} as attempts,
        visit_result,
        {{ to_integer("is_interview") }} as is_interview,
        consent,
        interview_language,
        {{ to_integer("household_size") }} as household_size,
        reviewed,
        region as region_source_code,
        psu as psu_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("hcp_survey_persons") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_survey_persons") }} as record_id,
        submission_id,
        line_number,
        key as survey_key,
        parent_key as survey_parent_key,
        {{ to_integer("person_number") }} as person_number,
        person_id,
        relationship,
        {{ to_integer("age") }} as age,
        has_other_citizenship,
        ever_abroad,
        {{ to_integer("has_moved") }} as has_moved,
        {{ to_integer("arrival_year") }} as arrival_year,
        {{ to_integer("arrival_month") }} as arrival_month,
        {{ to_integer("months_here") }} as months_here,
        intended_stay,
        {{ to_integer("is_resident_12m") }} as is_resident_12m,
        {{ to_integer("is_resident_6m") }} as is_resident_6m,
        {{ to_integer("is_migrant") }} as is_migrant,
        worked,
        absent,
        searched,
        available,
        labour_status,
        occupation_title as occupation_text,
        {{ to_integer("hours_usual") }} as hours_usual,
        earnings_known,
        {{ to_decimal("earnings") }} as earnings,
        {{ to_integer("is_worker") }} as is_worker,
        worked_abroad,
        {{ to_integer("is_returnee") }} as is_returnee,
        recruited,
        answered_by,
        sex as sex_source_code,
        citizenship as citizenship_source_code,
        other_citizenship as other_citizenship_source_code,
        birth_country as country_of_birth_source_code,
        previous_country as previous_country_source_code,
        arrival_reason as reason_source_code,
        education as education_source_code,
        occupation as occupation_source_code,
        activity as activity_source_code,
        status_in_employment as status_in_employment_source_code,
        earnings_currency as earnings_currency_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("hcp_survey_returnees") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_survey_returnees") }} as record_id,
        submission_id,
        line_number,
        key as survey_key,
        parent_key as survey_parent_key,
        {{ to_integer("abroad_from_year") }} as abroad_from_year,
        {{ to_integer("abroad_from_month") }} as abroad_from_month,
        {{ to_integer("return_year") }} as return_year,
        {{ to_integer("return_month") }} as return_month,
        {{ to_integer("abroad_months") }} as abroad_months,
        {{ to_integer("abroad_stays") }} as abroad_stays,
        abroad_employed,
        abroad_occupation_title as occupation_text,
        abroad_contract,
        abroad_social_security,
        abroad_earnings_known,
        {{ to_decimal("abroad_earnings") }} as abroad_earnings,
        return_reason,
        return_support,
        uses_skills,
        difficulties,
        return_intention,
        abroad_country as abroad_country_source_code,
        abroad_occupation as occupation_source_code,
        abroad_activity as activity_source_code,
        abroad_status as status_in_employment_source_code,
        abroad_earnings_currency as abroad_earnings_currency_source_code
    from source

)

select * from renamed

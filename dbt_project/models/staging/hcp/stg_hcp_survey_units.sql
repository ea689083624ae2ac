with source as (

    {{ current_rows("hcp_survey_units") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_survey_units") }} as record_id,
        submission_id,
        line_number,
        stratum,
        {{ to_integer("is_self_representing") }} as is_self_representing,
        {{ to_integer("households_2024") }} as household_count,
        {{ to_decimal("psu_probability") }} as psu_probability,
        {{ to_integer("segment_count") }} as segment_count,
        {{ to_integer("listed_segment_count") }} as listed_segment_count,
        {{ to_decimal("listing_probability") }} as listing_probability,
        {{ to_integer("others_interval") }} as others_interval,
        {{ to_decimal("base_weight") }} as base_weight,
        {{ to_decimal("base_weight_others") }} as base_weight_others,
        region as region_source_code,
        psu as psu_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("oecd_df_mig") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("oecd_df_mig") }} as record_id,
        submission_id,
        line_number,
        measure,
        time_period,
        {{ to_decimal("obs_value") }} as obs_value,
        {{ to_integer("unit_mult") }} as unit_multiplier,
        {{ to_integer("decimals") }} as decimals,
        unit_measure,
        ref_area as ref_area_source_code,
        citizenship as citizenship_source_code,
        sex as sex_source_code,
        obs_status as obs_status_source_code
    from source

)

select * from renamed

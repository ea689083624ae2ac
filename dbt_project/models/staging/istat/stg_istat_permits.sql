with source as (

    {{ current_rows("istat_permits") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("istat_permits") }} as record_id,
        submission_id,
        line_number,
        time_period,
        data_type as measure,
        {{ to_decimal("obs_value") }} as obs_value,
        ref_area as ref_area_source_code,
        mostrel_ccitenship as citizenship_source_code,
        sex as sex_source_code,
        age as age_source_code,
        type_res_permit_reason as reason_source_code,
        type_res_permit as permit_type_source_code,
        obs_status as obs_status_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("wb_remittance_prices") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("wb_remittance_prices") }} as record_id,
        submission_id,
        line_number,
        series_code as measure,
        left(quarter, 4) || '-' || substr(quarter, 5, 2) as time_period,
        {{ to_decimal("cost") }} as obs_value,
        receiving_code as ref_area_source_code,
        sending_code as counterpart_area_source_code
    from source

)

select * from renamed

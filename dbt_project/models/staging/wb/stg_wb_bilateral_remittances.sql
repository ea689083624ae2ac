with source as (

    {{ current_rows("wb_bilateral_remittances") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("wb_bilateral_remittances") }} as record_id,
        submission_id,
        line_number,
        period as time_period,
        {{ to_decimal("amount") }} as obs_value,
        receiving_country as ref_area_source_code,
        sending_country as counterpart_area_source_code
    from source

)

select * from renamed

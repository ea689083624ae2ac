with source as (

    {{ current_rows("undesa_migrant_stock") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("undesa_migrant_stock") }} as record_id,
        submission_id,
        line_number,
        period as time_period,
        {{ to_integer("migrants") }} as obs_value,
        destination as ref_area_source_code,
        origin as counterpart_area_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("hcp_population") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_population") }} as record_id,
        submission_id,
        line_number,
        trim(census) as time_period,
        {{ to_integer("population_legal") }} as population,
        level as area_level,
        code as region_source_code
    from source

)

select * from renamed

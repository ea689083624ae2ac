with source as (

    {{ current_rows("hcp_rgph_foreigners") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("hcp_rgph_foreigners") }} as record_id,
        submission_id,
        line_number,
        trim(recensement) as time_period,
        {{ to_integer("effectif") }} as person_count,
        nationalite as citizenship_source_code,
        sexe as sex_source_code,
        region as region_source_code
    from source

)

select * from renamed

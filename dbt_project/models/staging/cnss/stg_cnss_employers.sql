with source as (

    {{ current_rows("cnss_employers") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("cnss_employers") }} as record_id,
        submission_id,
        line_number,
        numero_affilie as affiliate_pseudonym,
        ice as ice_pseudonym,
        {{ to_integer("effectif") }} as employee_count,
        {{ to_date("cnss_employers", "date_affiliation") }} as affiliated_date,
        activite as activity_class,
        {{ code_in("cnss_employers", "activite") }} as activity_source_code,
        region as region_source_code
    from source

)

select * from renamed

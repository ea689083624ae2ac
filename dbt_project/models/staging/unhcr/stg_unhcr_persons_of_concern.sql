with source as (

    {{ current_rows("unhcr_persons_of_concern") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("unhcr_persons_of_concern") }} as record_id,
        submission_id,
        line_number,
        period as time_period,
        {{ to_integer("individuals") }} as person_count,
        country_of_origin as citizenship_source_code,
        sex as sex_source_code,
        age_group as age_source_code,
        population_type as protection_status_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("bra_refugees") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("bra_refugees") }} as record_id,
        submission_id,
        line_number,
        period as time_period,
        {{ to_integer("effectif") }} as person_count,
        nationalite as citizenship_source_code,
        sexe as sex_source_code,
        tranche_age as age_source_code,
        statut as protection_status_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("prosecution_cases") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("prosecution_cases") }} as record_id,
        submission_id,
        line_number,
        trim(annee) as time_period,
        {{ to_integer("nombre_affaires") }} as case_count,
        {{ to_integer("nombre_victimes") }} as victim_count,
        type_affaire as case_type_source_code,
        issue as case_outcome_source_code,
        sexe_victimes as sex_source_code,
        age_victimes as age_source_code,
        nationalite_victimes as citizenship_source_code
    from source

)

select * from renamed

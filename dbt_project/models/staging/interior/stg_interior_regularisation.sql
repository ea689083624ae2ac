with source as (

    {{ current_rows("interior_regularisation") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("interior_regularisation") }} as record_id,
        submission_id,
        line_number,
        numero_dossier as file_number_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_date("interior_regularisation", "date_depot") }}
            as requested_date,
        {{ to_date("interior_regularisation", "date_decision") }}
            as decision_date,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        province as region_source_code,
        decision as regularisation_decision_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("anapec_job_seekers") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_job_seekers") }} as record_id,
        submission_id,
        line_number,
        numero_inscription as anapec_number_pseudonym,
        numero_titre_sejour as residence_title_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_date("anapec_job_seekers", "date_inscription") }}
            as registered_date,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        agence as region_source_code,
        porte_entree as entry_door_source_code,
        statut_migratoire as migrant_status_source_code,
        niveau_etudes as education_source_code,
        metier_recherche as occupation_source_code
    from source

)

select * from renamed

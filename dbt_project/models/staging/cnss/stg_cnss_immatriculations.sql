with source as (

    {{ current_rows("cnss_immatriculations") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("cnss_immatriculations") }} as record_id,
        submission_id,
        line_number,
        numero_assure as cnss_number_pseudonym,
        numero_cin as cin_pseudonym,
        numero_passeport as passport_pseudonym,
        numero_titre_sejour as residence_title_pseudonym,
        date_naissance as birth_month,
        {{ to_date("cnss_immatriculations", "date_immatriculation") }}
            as registered_date,
        sexe as sex_source_code,
        nationalite as citizenship_source_code
    from source

)

select * from renamed

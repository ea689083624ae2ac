with source as (

    {{ current_rows("maecamre_consular_registrations") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("maecamre_consular_registrations") }} as record_id,
        submission_id,
        line_number,
        numero_immatriculation as consular_number_pseudonym,
        numero_cin as cin_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_date("maecamre_consular_registrations", "date_immatriculation") }}
            as registered_date,
        consulat as consulate_name,
        profession as occupation_text,
        sexe as sex_source_code,
        pays as country_of_residence_source_code
    from source

)

select * from renamed

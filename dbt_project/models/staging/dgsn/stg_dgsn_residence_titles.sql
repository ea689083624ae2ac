with source as (

    {{ current_rows("dgsn_residence_titles") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("dgsn_residence_titles") }} as record_id,
        submission_id,
        line_number,
        numero_titre as residence_title_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_date("dgsn_residence_titles", "date_entree") }} as entry_date,
        {{ to_date("dgsn_residence_titles", "date_decision") }}
            as decision_date,
        {{ to_date("dgsn_residence_titles", "date_delivrance") }} as valid_from,
        {{ to_date("dgsn_residence_titles", "date_expiration") }}
            as expiry_date,
        profession as occupation_text,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        pays_naissance as country_of_birth_source_code,
        province as region_source_code,
        motif as reason_source_code,
        type_titre as permit_type_source_code,
        statut as title_status_source_code
    from source

)

select * from renamed

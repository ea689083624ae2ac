with source as (

    {{ current_rows("anapec_reintegration") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_reintegration") }} as record_id,
        submission_id,
        line_number,
        numero_beneficiaire as anapec_number_pseudonym,
        numero_cin as cin_pseudonym,
        date_naissance as birth_month,
        {{ to_date("anapec_reintegration", "date_entree") }} as registered_date,
        {{ to_date("anapec_reintegration", "date_creation") }} as business_date,
        sexe as sex_source_code,
        province as region_source_code,
        formation as training_outcome_source_code,
        activite_creee as business_status_source_code,
        {{ code_in("anapec_reintegration", "secteur") }}
            as activity_source_code,
        situation_6_mois as status_6_months_source_code,
        situation_12_mois as status_12_months_source_code
    from source

)

select * from renamed

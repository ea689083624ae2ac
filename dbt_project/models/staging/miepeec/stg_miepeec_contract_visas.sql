with source as (

    {{ current_rows("miepeec_contract_visas") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("miepeec_contract_visas") }} as record_id,
        submission_id,
        line_number,
        numero_dossier as visa_file_pseudonym,
        ice as ice_pseudonym,
        date_naissance as birth_month,
        numero_passeport as passport_pseudonym,
        numero_titre_sejour as residence_title_pseudonym,
        emploi as occupation_text,
        {{ to_decimal("duree_mois") }} as duration_months,
        {{ to_decimal("salaire_mensuel") }} as wage_mad,
        artiste = 'OUI' as is_artist,
        {{ to_date("miepeec_contract_visas", "date_decision") }}
            as decision_date,
        {{ code_in("miepeec_contract_visas", "activite_employeur") }}
            as activity_source_code,
        ville as region_source_code,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        code_rem as occupation_source_code,
        type_contrat as contract_type_source_code,
        nature_demande as application_type_source_code,
        attestation_anapec as labour_market_test_source_code,
        decision as visa_decision_source_code
    from source

)

select * from renamed

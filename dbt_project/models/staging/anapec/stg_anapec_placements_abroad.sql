with source as (

    {{ current_rows("anapec_placements_abroad") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_placements_abroad") }} as record_id,
        submission_id,
        line_number,
        numero_placement as anapec_number_pseudonym,
        numero_cin as cin_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_date("anapec_placements_abroad", "date_visa") }} as visa_date,
        {{ to_date("anapec_placements_abroad", "date_depart") }}
            as departure_date,
        {{ to_date("anapec_placements_abroad", "date_retour") }} as return_date,
        {{ to_decimal("duree_mois") }} as duration_months,
        sexe as sex_source_code,
        pays_destination as destination_source_code,
        province_origine as region_source_code,
        metier as occupation_source_code,
        activite as activity_source_code,
        type_contrat as contract_type_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("anapec_placements_morocco") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_placements_morocco") }} as record_id,
        submission_id,
        line_number,
        numero_placement as placement_number_pseudonym,
        numero_inscription as anapec_number_pseudonym,
        ice as ice_pseudonym,
        {{ to_decimal("duree_mois") }} as duration_months,
        {{ to_date("anapec_placements_morocco", "date_placement") }}
            as placement_date,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        {{ code_in("anapec_placements_morocco", "activite") }}
            as activity_source_code,
        metier as occupation_source_code,
        type_contrat as contract_type_source_code,
        province as region_source_code
    from source

)

select * from renamed

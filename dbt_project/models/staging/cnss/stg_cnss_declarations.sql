with source as (

    {{ current_rows("cnss_declarations") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("cnss_declarations") }} as record_id,
        submission_id,
        line_number,
        numero_assure as cnss_number_pseudonym,
        numero_cin as cin_pseudonym,
        numero_affilie as affiliate_pseudonym,
        record_type = 'B04' as is_new_entrant,
        {{ to_integer("nombre_enfants") }} as child_count,
        {{ to_integer("af_a_payer") }} as allowance_due_centimes,
        {{ to_integer("af_a_deduire") }} as allowance_deducted_centimes,
        {{ to_integer("af_net_a_payer") }} as allowance_net_centimes,
        {{ to_integer("af_a_reverser") }} as allowance_returned_centimes,
        {{ to_integer("jours_declares") }} as declared_days,
        {{ to_integer("salaire_reel") }} as wage_centimes,
        {{ to_integer("salaire_plafonne") }} as capped_wage_centimes,
        situation as situation_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("anapec_associations") }}

),

listed as (

    {{ listed_rows("anapec_associations", "source") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_associations") }} as record_id,
        submission_id,
        line_number,
        item_number,
        numero_association as association_number,
        nom_association as association_name,
        zone as area_text,
        convention = 'OUI' as has_agreement,
        {{ to_date("anapec_associations", "date_convention") }}
            as agreement_date,
        point_contact as contact_point,
        {{ to_date("anapec_associations", "date_mise_a_jour") }}
            as updated_date,
        province as region_source_code,
        {{ item_of("anapec_associations", "services") }} as service_source_code,
        {{ item_of("anapec_associations", "langues") }} as language_source_code,
        {{ item_of("anapec_associations", "publics") }}
            as target_group_source_code
    from listed

)

select * from renamed

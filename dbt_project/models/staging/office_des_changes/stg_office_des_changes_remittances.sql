with source as (

    {{ current_rows("office_des_changes_remittances") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("office_des_changes_remittances") }} as record_id,
        submission_id,
        line_number,
        left(trim(mois), 4) || '-' || right(trim(mois), 2) as time_period,
        {{ to_decimal("montant") }} as amount_mad,
        pays as sending_country_source_code,
        statut as obs_status_source_code
    from source

)

select * from renamed

{{ config(materialized="view") }}

-- depends_on: {{ ref("stg_office_des_changes_remittances") }}
with told as (

    {{ vintage_rows("office_des_changes_remittances") }}

),

renamed as (

    select
        contract,
        provider,
        period,
        version,
        received_at,
        submission_id,
        left(trim(mois), 4) || '-' || right(trim(mois), 2) as time_period,
        pays as sending_country_source_code,
        statut as obs_status_source_code,
        {{ to_decimal("montant") }} as amount_mad
    from told

),

decoded as (

    {{ decoded("remittance", "renamed") }}

),

numbered as (

    select
        contract,
        provider,
        period as edition,
        version,
        received_at,
        submission_id,
        time_period,
        sending_country_source_code,
        sending_country_code,
        obs_status_code,
        amount_mad,
        row_number() over earlier_first as vintage_number,
        amount_mad - lag(amount_mad) over earlier_first as revision_mad,
        lead(version) over earlier_first is null as is_latest
    from decoded
    window
        earlier_first as (
            partition by contract, time_period, sending_country_source_code
            order by period, version
        )

)

select * from numbered

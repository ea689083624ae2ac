with source as (

    {{ current_rows("anapec_journeys") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_journeys") }} as record_id,
        submission_id,
        line_number,
        numero_inscription as anapec_number_pseudonym,
        {{ to_integer("rang_etape") }} as step_number,
        {{ to_date("anapec_journeys", "date_etape") }} as step_date,
        parcours as journey_segment_source_code,
        etape as journey_step_source_code,
        porte_entree as entry_door_source_code,
        canal as contact_channel_source_code,
        action_conseiller as adviser_action_source_code,
        issue as seeker_outcome_source_code,
        agence as region_source_code
    from source

)

select * from renamed

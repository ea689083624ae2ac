with source as (

    {{ current_rows("anapec_seasonal_workers") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("anapec_seasonal_workers") }} as record_id,
        submission_id,
        line_number,
        numero_placement as anapec_number_pseudonym,
        {{ to_integer("saison") }} as season_year,
        numero_cin as cin_pseudonym,
        numero_passeport as passport_pseudonym,
        date_naissance as birth_month,
        {{ to_integer("vague") }} as arrival_wave,
        zone_employeur as employer_area_text,
        {{ to_date("anapec_seasonal_workers", "date_depart") }}
            as departure_date,
        {{ to_date("anapec_seasonal_workers", "date_retour") }} as return_date,
        sexe as sex_source_code,
        province_origine as region_source_code,
        type_saison as season_arrival_source_code,
        pays_destination as destination_source_code
    from source

)

select * from renamed

with source as (

    {{ current_rows("ofppt_prior_learning") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("ofppt_prior_learning") }} as record_id,
        submission_id,
        line_number,
        numero_dossier as file_number_pseudonym,
        numero_cin as cin_pseudonym,
        date_naissance as birth_month,
        {{ to_date("ofppt_prior_learning", "date_jury") }} as decision_date,
        sexe as sex_source_code,
        nationalite as citizenship_source_code,
        metier as occupation_source_code,
        pays_experience as country_of_experience_source_code,
        resultat as training_outcome_source_code
    from source

)

select * from renamed

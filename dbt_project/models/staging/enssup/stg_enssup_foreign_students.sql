with source as (

    {{ current_rows("enssup_foreign_students") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("enssup_foreign_students") }} as record_id,
        submission_id,
        line_number,
        left(trim(annee_universitaire), 4) as time_period,
        {{ to_integer("effectif") }} as person_count,
        nationalite as citizenship_source_code,
        sexe as sex_source_code,
        niveau as education_source_code,
        domaine as field_of_study_source_code
    from source

)

select * from renamed

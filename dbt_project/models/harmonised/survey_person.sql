with staged as (

    {{ staged("survey_person") }}

),

decoded as (

    {{ decoded("survey_person", "staged") }}

)

select * from decoded

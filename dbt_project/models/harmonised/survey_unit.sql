with staged as (

    {{ staged("survey_unit") }}

),

decoded as (

    {{ decoded("survey_unit", "staged") }}

)

select * from decoded

with staged as (

    {{ staged("survey_household") }}

),

decoded as (

    {{ decoded("survey_household", "staged") }}

)

select * from decoded

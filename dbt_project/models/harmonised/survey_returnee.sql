with staged as (

    {{ staged("survey_returnee") }}

),

decoded as (

    {{ decoded("survey_returnee", "staged") }}

)

select * from decoded

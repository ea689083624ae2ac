with staged as (

    {{ staged("survey_worker") }}

),

decoded as (

    {{ decoded("survey_worker", "staged") }}

)

select * from decoded

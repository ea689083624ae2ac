with staged as (

    {{ staged("survey_recruitment") }}

),

decoded as (

    {{ decoded("survey_recruitment", "staged") }}

)

select * from decoded

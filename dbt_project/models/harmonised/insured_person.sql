with staged as (

    {{ staged("insured_person") }}

),

decoded as (

    {{ decoded("insured_person", "staged") }}

)

select * from decoded

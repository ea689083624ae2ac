with staged as (

    {{ staged("consular_registration") }}

),

decoded as (

    {{ decoded("consular_registration", "staged") }}

)

select * from decoded

with staged as (

    {{ staged("remittance") }}

),

decoded as (

    {{ decoded("remittance", "staged") }}

)

select * from decoded

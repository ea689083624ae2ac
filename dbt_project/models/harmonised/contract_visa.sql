with staged as (

    {{ staged("contract_visa") }}

),

decoded as (

    {{ decoded("contract_visa", "staged") }}

)

select * from decoded

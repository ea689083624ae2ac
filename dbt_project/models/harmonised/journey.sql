with staged as (

    {{ staged("journey") }}

),

decoded as (

    {{ decoded("journey", "staged") }}

)

select * from decoded

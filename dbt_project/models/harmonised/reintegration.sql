with staged as (

    {{ staged("reintegration") }}

),

decoded as (

    {{ decoded("reintegration", "staged") }}

)

select * from decoded

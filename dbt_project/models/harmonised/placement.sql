with staged as (

    {{ staged("placement") }}

),

decoded as (

    {{ decoded("placement", "staged") }}

)

select * from decoded

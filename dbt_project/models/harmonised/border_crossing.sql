with staged as (

    {{ staged("border_crossing") }}

),

decoded as (

    {{ decoded("border_crossing", "staged") }}

)

select * from decoded

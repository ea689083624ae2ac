with staged as (

    {{ staged("placement_abroad") }}

),

decoded as (

    {{ decoded("placement_abroad", "staged") }}

)

select * from decoded

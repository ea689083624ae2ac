with staged as (

    {{ staged("seasonal_stay") }}

),

decoded as (

    {{ decoded("seasonal_stay", "staged") }}

)

select * from decoded

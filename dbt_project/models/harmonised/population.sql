with staged as (

    {{ staged("population") }}

),

decoded as (

    {{ decoded("population", "staged") }}

)

select * from decoded

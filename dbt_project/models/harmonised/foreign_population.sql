with staged as (

    {{ staged("foreign_population") }}

),

decoded as (

    {{ decoded("foreign_population", "staged") }}

)

select * from decoded

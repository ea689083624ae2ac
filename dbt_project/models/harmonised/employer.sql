with staged as (

    {{ staged("employer") }}

),

decoded as (

    {{ decoded("employer", "staged") }}

)

select * from decoded

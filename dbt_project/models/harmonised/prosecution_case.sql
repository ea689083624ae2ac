with staged as (

    {{ staged("prosecution_case") }}

),

decoded as (

    {{ decoded("prosecution_case", "staged") }}

)

select * from decoded

with staged as (

    {{ staged("regularisation_request") }}

),

decoded as (

    {{ decoded("regularisation_request", "staged") }}

)

select * from decoded

with staged as (

    {{ staged("prior_learning") }}

),

decoded as (

    {{ decoded("prior_learning", "staged") }}

)

select * from decoded

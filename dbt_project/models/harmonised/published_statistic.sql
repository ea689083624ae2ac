with staged as (

    {{ staged("published_statistic") }}

),

decoded as (

    {{ decoded("published_statistic", "staged") }}

)

select * from decoded

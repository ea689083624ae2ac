with staged as (

    {{ staged("residence_permit") }}

),

decoded as (

    {{ decoded("residence_permit", "staged") }}

),

-- A title that expires on a day is still valid on that day.
bounded as (

    select
        *,
        cast({{ dbt.dateadd("day", 1, "expiry_date") }} as date) as valid_to
    from decoded

)

select * from bounded

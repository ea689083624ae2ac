with cells as (

    select * from {{ ref("cell_employment") }}
    where paid_count > 0 and {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["wage_centimes", "paid_count"]) }}

),

-- A mean is taken of sums, never of means; it rests on the workers of a month,
-- not on those of all months together.
averaged as (

    select
        *,
        round(
            cast(wage_centimes as numeric) / (100 * paid_count), 2
        ) as mean_wage,
        cast(paid_count as numeric) / base_count as contributor_count
    from rolled_up

),

observations as (

    {{ observations("averaged", "mean_wage", "contributor_count") }}

)

select * from observations

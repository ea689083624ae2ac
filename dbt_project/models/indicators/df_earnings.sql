with cells as (

    select * from {{ ref("cell_employment") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["wage_centimes", "worker_count"]) }}

),

-- A mean is taken of sums, never of means.
averaged as (

    select
        *,
        round(
            cast(wage_centimes as numeric) / (100 * worker_count), 2
        ) as mean_wage
    from rolled_up

),

observations as (

    {{ observations("averaged", "mean_wage", "worker_count") }}

)

select * from observations

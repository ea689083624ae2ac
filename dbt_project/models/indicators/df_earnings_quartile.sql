with cells as (

    select
        *,
        first_quartile * paid_count as first_quartile_weighted,
        median * paid_count as median_weighted,
        third_quartile * paid_count as third_quartile_weighted
    from {{ ref("cell_earnings_quartile") }}
    where {{ affected_observations() }}

),

spanned as (

    {{ spanned("cells", [
        "first_quartile_weighted",
        "median_weighted",
        "third_quartile_weighted",
        "paid_count",
    ]) }}

),

-- The quartile of a quarter or a year is the mean of those of its months, in
-- dirhams, weighted by workers; it rests on the workers of a month.
averaged as (

    select
        *,
        span_status as obs_status,
        round(first_quartile_weighted / (100 * paid_count), 2)
            as first_quartile,
        round(median_weighted / (100 * paid_count), 2) as median,
        round(third_quartile_weighted / (100 * paid_count), 2)
            as third_quartile,
        cast(paid_count as numeric) / base_count as worker_count
    from spanned

),

measured as (

    {{ measured("averaged", {
        "Q1": ["first_quartile", "worker_count"],
        "MEDIAN": ["median", "worker_count"],
        "Q3": ["third_quartile", "worker_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

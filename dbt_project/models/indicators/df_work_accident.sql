with cells as (

    select
        *,
        {{ citizenship_status_code("citizenship") }} as status
    from {{ ref("cell_employment") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["accident_count", "worker_count"]) }}

),

-- A rate tells its numerator to who knows the workers: it rests on the persons
-- with an accident, and on all workers where nobody has one.
rated as (

    select
        *,
        round(1000 * accident_count / nullif(worker_count, 0), 2) as rate,
        case when accident_count = 0 then worker_count else accident_count end
            as rate_count
    from rolled_up

),

measured as (

    {{ measured("rated", {
        "WORKERS": ["accident_count", "accident_count"],
        "RATE": ["rate", "rate_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

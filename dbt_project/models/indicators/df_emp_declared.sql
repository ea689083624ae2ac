with cells as (

    select * from {{ ref("cell_employment") }}
    where worker_count > 0 and {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["worker_count"]) }}

),

observations as (

    {{ observations("rolled_up", "worker_count", "worker_count") }}

)

select * from observations

with cells as (

    select * from {{ ref("cell_placement") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["placement_count"]) }}

),

observations as (

    {{ observations("rolled_up", "placement_count", "placement_count") }}

)

select * from observations

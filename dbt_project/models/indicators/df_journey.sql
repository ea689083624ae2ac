with cells as (

    select * from {{ ref("cell_journey") }}

),

rolled_up as (

    {{ rolled_up("cells", ["reached_count", "attended_count"]) }}

),

-- Detailed steps have no order: nobody comes as far as one of them.
measured as (

    {{ measured("rolled_up", {
        "REACHED": ["reached_count", "reached_count"],
        "ATTENDED": ["attended_count", "attended_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

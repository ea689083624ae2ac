with cells as (

    select * from {{ ref("cell_journey") }}
    where attended_count = 1

),

rolled_up as (

    {{ rolled_up("cells", ["attended_count"], medians=["day_count"]) }}

),

observations as (

    {{ observations("rolled_up", "day_count", "attended_count") }}

)

select * from observations

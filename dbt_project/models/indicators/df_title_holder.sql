with cells as (

    select * from {{ ref("cell_title_holder") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["holder_count"], "obs_status") }}

),

observations as (

    {{ observations("rolled_up", "holder_count", "holder_count") }}

)

select * from observations

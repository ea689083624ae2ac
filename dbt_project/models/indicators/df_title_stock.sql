with cells as (

    select * from {{ ref("cell_residence_title") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["title_count"], "obs_status") }}

),

observations as (

    {{ observations("rolled_up", "title_count", "title_count") }}

)

select * from observations

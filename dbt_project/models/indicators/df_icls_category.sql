with cells as (

    select * from {{ ref("cell_icls_category") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["person_count"], "obs_status") }}

),

observations as (

    {{ observations("rolled_up", "person_count", "person_count") }}

)

select * from observations

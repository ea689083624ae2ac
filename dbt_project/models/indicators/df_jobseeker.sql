with cells as (

    select * from {{ ref("cell_job_seeker") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["registration_count"]) }}

),

observations as (

    {{ observations("rolled_up", "registration_count", "registration_count") }}

)

select * from observations

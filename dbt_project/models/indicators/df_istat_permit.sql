with published_statistic as (

    select * from {{ ref("published_statistic") }}
    where {{ affected_observations() }}

),

cells as (

    {{ published_cells("published_statistic") }}

),

observations as (

    {{ observations("cells", "obs_value", "row_count") }}

)

select * from observations

with published_statistic as (

    select * from {{ ref("published_statistic") }}
    where
        'MA' in (ref_area_code, counterpart_area_code)
        and '_U' not in (ref_area_code, counterpart_area_code)
        and {{ affected_observations() }}

),

cells as (

    {{ published_cells("published_statistic") }}

),

observations as (

    {{ observations("cells", "obs_value", "row_count") }}

)

select * from observations

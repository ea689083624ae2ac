with published_statistic as (

    select
        *,
        case when measure = 'ATCR.CORR' then 'USD200' else '_U' end
            as amount_code
    from {{ ref("published_statistic") }}
    where ref_area_code = 'MA' and {{ affected_observations() }}

),

cells as (

    {{ published_cells("published_statistic") }}

),

observations as (

    {{ observations("cells", "obs_value", "row_count") }}

)

select * from observations

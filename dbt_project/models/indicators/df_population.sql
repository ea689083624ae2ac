with population as (

    select * from {{ ref("population") }}
    where {{ affected_observations() }}

),

cells as (

    select
        time_period,
        'A' as freq,
        'A' as obs_status,
        region_code as ref_area,
        sum(population) as population,
        count(*) as row_count
    from population
    group by 1, 2, 3, 4

),

observations as (

    {{ observations("cells", "population", "row_count") }}

)

select * from observations

with population as (

    select * from {{ ref("population") }}
    where {{ affected_observations() }}

),

cells as (

    select
        time_period,
        region_code as ref_area,
        sum(population) as population,
        count(*) as row_count
    from population
    group by 1, 2

),

observations as (

    {{ observations("cells", "population", "row_count") }}

)

select * from observations

with foreign_population as (

    select * from {{ ref("foreign_population") }}
    where contract = 'hcp_rgph_foreigners'

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

-- One file tells every census; the whole country is a total of its regions.
cells as (

    select
        foreign_population.time_period,
        foreign_population.citizenship_code as citizenship,
        foreign_population.sex_code as sex,
        coalesce(region.ancestor_code, '_U') as ref_area,
        sum(foreign_population.person_count) as person_count
    from foreign_population
    left join region on foreign_population.region_code = region.code
    where
        {{ affected_observations("foreign_population.time_period") }}
        and coalesce(region.ancestor_code, '_U') <> 'MA'
        and {{ no_totals(
            "foreign_population", ["citizenship", "sex", "region"]
        ) }}
    group by 1, 2, 3, 4

),

rolled_up as (

    {{ rolled_up("cells", ["person_count"]) }}

),

observations as (

    {{ observations("rolled_up", "person_count", "person_count") }}

)

select * from observations

with placement as (

    select * from {{ ref("placement") }}
    where {{ affected_observations("period") }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

occupation_group as (

    {{ codes_at_level("cl_occupation", 1) }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

cells as (

    select
        placement.period as time_period,
        placement.citizenship_code as citizenship,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        placement.sex_code as sex,
        coalesce(activity_section.ancestor_code, '_U') as activity,
        coalesce(occupation_group.ancestor_code, '_U') as occupation,
        placement.contract_type_code as contract_type,
        coalesce(region.ancestor_code, '_U') as ref_area,
        count(*) as placement_count
    from placement
    left join citizenship_group
        on placement.citizenship_code = citizenship_group.code
    left join activity_section
        on placement.activity_code = activity_section.code
    left join occupation_group
        on placement.occupation_code = occupation_group.code
    left join region on placement.region_code = region.code
    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select * from cells

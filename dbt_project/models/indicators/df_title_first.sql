with residence_permit as (

    select * from {{ ref("residence_permit") }}
    where {{ affected_observations("period") }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

-- A renewal is no first title, nor one taken over from the stock.
cells as (

    select
        residence_permit.period as time_period,
        residence_permit.citizenship_code as citizenship,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        residence_permit.sex_code as sex,
        {{ age_code(age_at_month_end(
            "residence_permit.birth_month", "residence_permit.period"
        )) }} as age,
        coalesce(region.ancestor_code, '_U') as ref_area,
        residence_permit.reason_code as reason,
        residence_permit.permit_type_code as permit_type,
        count(*) as title_count
    from residence_permit
    left join region on residence_permit.region_code = region.code
    left join citizenship_group
        on residence_permit.citizenship_code = citizenship_group.code
    where residence_permit.title_status_code = 'FIRST'
    group by 1, 2, 3, 4, 5, 6, 7, 8

),

rolled_up as (

    {{ rolled_up("cells", ["title_count"]) }}

),

observations as (

    {{ observations("rolled_up", "title_count", "title_count") }}

)

select * from observations

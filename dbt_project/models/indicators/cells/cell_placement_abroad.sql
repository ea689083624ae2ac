with placement_abroad as (

    select * from {{ ref("placement_abroad") }}
    where {{ affected_observations("period") }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

occupation_group as (

    {{ codes_at_level("cl_occupation", 1) }}

),

cells as (

    select
        placement_abroad.period as time_period,
        -- Elsewhere the agency places a handful a year: a country would tell
        -- persons (ANAPEC, January to September 2019).
        case
            when
                placement_abroad.destination_code in (
                    'AE', 'CA', 'ES', 'QA', '_U'
                )
                then placement_abroad.destination_code
            else '_O'
        end as destination,
        placement_abroad.sex_code as sex,
        {{ age_code(age_at_month_end(
            "placement_abroad.birth_month", "placement_abroad.period"
        )) }} as age,
        coalesce(activity_section.ancestor_code, '_U') as activity,
        coalesce(occupation_group.ancestor_code, '_U') as occupation,
        placement_abroad.contract_type_code as contract_type,
        {{ duration_code(
            "placement_abroad.duration_months",
            "placement_abroad.contract_type_code"
        ) }} as duration,
        count(*) as placement_count
    from placement_abroad
    left join activity_section
        on placement_abroad.activity_code = activity_section.code
    left join occupation_group
        on placement_abroad.occupation_code = occupation_group.code
    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select * from cells

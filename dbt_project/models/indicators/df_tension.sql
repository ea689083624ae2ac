with job_seeker as (

    select * from {{ ref("job_seeker") }}
    where {{ affected_observations("period") }}

),

placement as (

    select * from {{ ref("placement") }}
    where {{ affected_observations("period") }}

),

contract_visa as (

    select * from {{ ref("contract_visa") }}
    where
        visa_decision_code = 'GRANTED'
        and {{ affected_observations("period") }}

),

occupation_group as (

    {{ codes_at_level("cl_occupation", 1) }}

),

events as (

    select
        period,
        sex_code,
        occupation_code,
        1 as seeker_count,
        0 as placement_count,
        0 as visa_count
    from job_seeker
    union all
    select
        period,
        sex_code,
        occupation_code,
        0 as seeker_count,
        1 as placement_count,
        0 as visa_count
    from placement
    union all
    select
        period,
        sex_code,
        occupation_code,
        0 as seeker_count,
        0 as placement_count,
        1 as visa_count
    from contract_visa

),

cells as (

    select
        events.period as time_period,
        events.sex_code as sex,
        coalesce(occupation_group.ancestor_code, '_U') as occupation,
        sum(events.seeker_count) as seeker_count,
        sum(events.placement_count) as placement_count,
        sum(events.visa_count) as visa_count
    from events
    left join occupation_group
        on events.occupation_code = occupation_group.code
    group by 1, 2, 3

),

rolled_up as (

    {{ rolled_up("cells", ["seeker_count", "placement_count", "visa_count"]) }}

),

-- A ratio is taken of sums, and rests on the smaller of its two parts.
related as (

    select
        *,
        round(
            cast(seeker_count as numeric) / nullif(placement_count, 0), 1
        ) as seekers_per_placement,
        case
            when seeker_count = 0 then placement_count
            else least(seeker_count, placement_count)
        end as ratio_count
    from rolled_up

),

measured as (

    {{ measured("related", {
        "SEEKERS": ["seeker_count", "seeker_count"],
        "PLACEMENTS": ["placement_count", "placement_count"],
        "VISAS": ["visa_count", "visa_count"],
        "RATIO": ["seekers_per_placement", "ratio_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

with border_crossing as (

    select * from {{ ref("border_crossing") }}
    where {{ affected_observations("period") }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

-- The reason is not asked on exit. A source may tell totals beside their parts.
cells as (

    select
        border_crossing.period as time_period,
        border_crossing.citizenship_code as citizenship,
        case
            when border_crossing.direction_code = 'EXIT' then '_Z'
            else border_crossing.reason_code
        end as reason,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        border_crossing.direction_code as direction,
        border_crossing.transport_mode_code as transport_mode,
        border_crossing.border_post_code as border_post,
        sum(border_crossing.crossing_count) as crossing_count
    from border_crossing
    left join citizenship_group
        on border_crossing.citizenship_code = citizenship_group.code
    where
        {{ no_totals(
            "border_crossing",
            ["citizenship", "reason", "direction", "transport_mode", "border_post"]
        ) }}
    group by 1, 2, 3, 4, 5, 6, 7

),

rolled_up as (

    {{ rolled_up("cells", ["crossing_count"]) }}

),

observations as (

    {{ observations("rolled_up", "crossing_count", "crossing_count") }}

)

select * from observations

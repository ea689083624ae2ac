with journey as (

    select * from {{ ref("journey") }}

),

job_seeker as (

    select * from {{ ref("job_seeker") }}

),

stage as (

    {{ codes_at_level("cl_journey_step", 1) }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

-- Of two steps on one day the rank tells which came first.
ordered as (

    select
        journey.*,
        stage.ancestor_code as stage_code,
        row_number() over (
            partition by journey.anapec_number_pseudonym
            order by journey.step_date, journey.step_number
        ) as step_order,
        min(journey.step_number) over (
            partition by journey.anapec_number_pseudonym
        ) as first_number,
        max({{ stage_number("stage.ancestor_code") }}) over (
            partition by journey.anapec_number_pseudonym
        ) as furthest_number
    from journey
    left join stage on journey.journey_step_code = stage.code

),

-- The newest registration tells the sex, which journeys do not.
registered as (

    select
        anapec_number_pseudonym,
        sex_code,
        row_number() over (
            partition by anapec_number_pseudonym
            order by period desc, line_number desc
        ) as recency
    from job_seeker

),

-- Who came before the first file has no first step: nobody knows since when.
begun as (

    select
        ordered.anapec_number_pseudonym,
        ordered.period as time_period,
        ordered.step_date,
        ordered.furthest_number,
        ordered.entry_door_code as entry_door,
        ordered.journey_segment_code as segment,
        coalesce(region.ancestor_code, '_U') as ref_area,
        coalesce(registered.sex_code, '_U') as sex
    from ordered
    left join region on ordered.region_code = region.code
    left join registered
        on
            ordered.anapec_number_pseudonym = registered.anapec_number_pseudonym
            and registered.recency = 1
    where ordered.step_order = 1 and ordered.first_number = 1

),

-- A step that is made again, or come back to, counts on its first day.
attended as (

    select
        anapec_number_pseudonym,
        journey_step_code as step,
        min(step_date) as step_date
    from ordered
    where journey_step_code not in ('_U', '_Z')
    group by anapec_number_pseudonym, journey_step_code
    union
    select
        anapec_number_pseudonym,
        stage_code as step,
        min(step_date) as step_date
    from ordered
    where stage_code not in ('_U', '_Z')
    group by anapec_number_pseudonym, stage_code

),

-- Every journey with every stage, and with the detailed steps that it has.
faced as (

    select
        begun.anapec_number_pseudonym,
        stage.code as step
    from begun
    cross join stage
    where {{ stage_number("stage.code") }} is not null
    union
    select
        anapec_number_pseudonym,
        step
    from attended

),

cells as (

    select
        begun.time_period,
        begun.anapec_number_pseudonym,
        begun.entry_door,
        begun.segment,
        begun.sex,
        begun.ref_area,
        faced.step,
        case
            when begun.furthest_number >= {{ stage_number("faced.step") }}
                then 1
            when {{ stage_number("faced.step") }} is not null then 0
        end as reached_count,
        case
            when
                begun.furthest_number >= {{ stage_number("faced.step") }} - 1
                then 1
            when {{ stage_number("faced.step") }} is not null then 0
        end as previous_count,
        case when attended.step is null then 0 else 1 end as attended_count,
        {{ dbt.datediff("begun.step_date", "attended.step_date", "day") }}
            as day_count
    from begun
    inner join faced
        on begun.anapec_number_pseudonym = faced.anapec_number_pseudonym
    left join attended
        on
            faced.anapec_number_pseudonym = attended.anapec_number_pseudonym
            and faced.step = attended.step

)

select * from cells

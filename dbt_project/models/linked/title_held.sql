with person_record as (

    select
        *,
        {{ title_number() }} as title
    from {{ ref("person_record") }}
    where status_code = 'TITLED'

),

decision as (

    select * from person_record
    where {{ touched_rows() }}

),

-- A stock taken over replaces at the end of its month all that was known
-- before it.
opening as (

    select distinct
        period,
        cast({{ dbt.last_day(first_day("period"), "month") }} as date)
            as replaces_from
    from person_record
    where is_opening

),

replaced as (

    select
        received.period,
        min(opening.replaces_from) as replaced_from
    from (select distinct period from decision) as received
    left join opening on received.period < opening.period
    group by received.period

),

-- The latest decision on a title number holds: each ends where a later one
-- takes effect.
held as (

    select
        decision.title,
        decision.person_key,
        decision.contract,
        decision.record_id,
        decision.status_code,
        decision.valid_from,
        least(
            decision.valid_to,
            replaced.replaced_from,
            min(decision.valid_from) over (
                partition by decision.title
                order by decision.record_date, decision.valid_from
                rows between 1 following and unbounded following
            )
        ) as valid_to,
        decision.sex_code,
        decision.citizenship_code,
        decision.region_code,
        decision.reason_code
    from decision
    left join replaced on decision.period = replaced.period

),

title_held as (

    select * from held
    where valid_from < valid_to

)

select * from title_held

with residence_permit as (

    select * from {{ ref("residence_permit") }}

),

title_status as (

    select * from {{ ref("cl_title_status") }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

month as (

    {{ months_of(ref("residence_permit")) }}

),

-- A decision takes effect on its day, a title not before its first day. A
-- cancellation leaves no title valid.
decision as (

    select
        residence_permit.residence_title_pseudonym,
        residence_permit.decision_date,
        residence_permit.birth_month,
        residence_permit.sex_code,
        residence_permit.citizenship_code,
        residence_permit.reason_code,
        residence_permit.region_code,
        case
            when title_status.code = 'CANCELLED'
                then residence_permit.decision_date
            else greatest(
                residence_permit.decision_date, residence_permit.valid_from
            )
        end as effective_from,
        case
            when title_status.code = 'CANCELLED'
                then residence_permit.decision_date
            else residence_permit.valid_to
        end as valid_to
    from residence_permit
    left join title_status
        on residence_permit.title_status_code = title_status.code

),

-- The latest decision on a title number holds: each ends where a later one
-- takes effect, so that a renewal before expiry does not count twice.
held as (

    select
        *,
        least(
            valid_to,
            min(effective_from) over (
                partition by residence_title_pseudonym
                order by decision_date, effective_from
                rows between 1 following and unbounded following
            )
        ) as effective_to
    from decision

),

cells as (

    select
        month.time_period,
        held.citizenship_code as citizenship,
        held.sex_code as sex,
        {{ age_code(age_at_month_end(
            "held.birth_month", "month.time_period"
        )) }} as age,
        coalesce(region.ancestor_code, '_U') as ref_area,
        held.reason_code as reason,
        count(*) as title_count
    from month
    inner join held
        on
            month.last_day >= held.effective_from
            and month.last_day < held.effective_to
    left join region on held.region_code = region.code
    where {{ affected_observations("month.time_period") }}
    group by 1, 2, 3, 4, 5, 6

)

select * from cells

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

-- A file of the stock holds nothing else: a stray code among a month's
-- decisions opens no stock.
received as (

    select
        period as time_period,
        min(case when title_status_code = 'TAKEN_OVER' then 1 else 0 end)
            as is_opening
    from residence_permit
    group by 1

),

whole_stock as (

    {{ whole_stock("received", whole_after("df_title_stock")) }}

),

-- A stock taken over replaces all that was known before it. A month that never
-- came is not among those received: its stock is estimated too.
stock as (

    select
        month.time_period,
        month.last_day,
        coalesce(whole_stock.obs_status, 'E') as obs_status,
        coalesce(max(opening.time_period), '') as opening_period
    from month
    left join whole_stock on month.time_period = whole_stock.time_period
    left join received as opening
        on
            month.time_period >= opening.time_period
            and opening.is_opening = 1
    group by 1, 2, 3

),

-- A decision takes effect on its day, a title not before its first day. A
-- cancellation leaves no title valid.
decision as (

    select
        residence_permit.period,
        residence_permit.residence_title_pseudonym,
        residence_permit.decision_date,
        residence_permit.birth_month,
        residence_permit.sex_code,
        residence_permit.citizenship_code,
        residence_permit.reason_code,
        residence_permit.permit_type_code,
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
        stock.time_period,
        held.citizenship_code as citizenship,
        held.sex_code as sex,
        {{ age_code(age_at_month_end(
            "held.birth_month", "stock.time_period"
        )) }} as age,
        coalesce(region.ancestor_code, '_U') as ref_area,
        held.reason_code as reason,
        held.permit_type_code as permit_type,
        stock.obs_status,
        count(*) as title_count
    from stock
    inner join held
        on
            stock.last_day >= held.effective_from
            and stock.last_day < held.effective_to
            and stock.opening_period <= held.period
    left join region on held.region_code = region.code
    where {{ affected_observations("stock.time_period") }}
    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select * from cells

with consular_registration as (

    select * from {{ ref("consular_registration") }}

),

occupation_group as (

    {{ codes_at_level("cl_occupation", 1) }}

),

month as (

    {{ months_of(ref("consular_registration")) }}

),

received as (

    select distinct period as time_period from consular_registration

),

-- The registrations of a month that never came are absent from then on.
stock as (

    select
        month.time_period,
        case
            when
                count(received.time_period)
                    over (order by month.time_period)
                < count(*) over (order by month.time_period)
                then 'E'
            else 'A'
        end as obs_status
    from month
    left join received on month.time_period = received.time_period

),

-- Who registers again under the same number, in another country, is there from
-- then on.
registered as (

    select
        *,
        lead(period) over (
            partition by contract, consular_number_pseudonym
            order by period, line_number
        ) as until_period
    from consular_registration

),

-- Ages change from month to month: persons are counted by month of birth first.
counted as (

    select
        registered.period,
        registered.until_period,
        registered.country_of_residence_code,
        registered.sex_code,
        registered.birth_month,
        coalesce(occupation_group.ancestor_code, '_U') as occupation,
        count(*) as person_count
    from registered
    left join occupation_group
        on registered.occupation_code = occupation_group.code
    group by 1, 2, 3, 4, 5, 6

),

cells as (

    select
        stock.time_period,
        counted.country_of_residence_code as destination,
        counted.sex_code as sex,
        {{ age_code(age_at_month_end(
            "counted.birth_month", "stock.time_period"
        )) }} as age,
        counted.occupation,
        stock.obs_status,
        sum(counted.person_count) as person_count
    from stock
    inner join counted
        on
            stock.time_period >= counted.period
            and (
                stock.time_period < counted.until_period
                or counted.until_period is null
            )
    where {{ affected_observations("stock.time_period") }}
    group by 1, 2, 3, 4, 5, 6

)

select * from cells

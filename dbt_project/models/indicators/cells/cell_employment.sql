with main_employment as (

    select * from {{ ref("employment") }}
    where is_main_employer and {{ affected_observations("period") }}

),

other_employment as (

    select * from {{ ref("employment") }}
    where
        is_worker
        and not is_main_employer
        and {{ affected_observations("period") }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

-- The few workers of several employers: what the others than the main one pay.
other_wage as (

    select
        contract,
        period,
        worker_id,
        sum(wage_centimes) as wage_centimes
    from other_employment
    group by 1, 2, 3

),

-- One row a worker: the attributes of the main employer, the wages of all.
worker as (

    select
        main_employment.period,
        main_employment.birth_month,
        main_employment.sex_code,
        main_employment.citizenship_code,
        main_employment.activity_code,
        main_employment.region_code,
        main_employment.wage_centimes
        + coalesce(other_wage.wage_centimes, 0) as wage_centimes
    from main_employment
    left join other_wage
        on
            main_employment.contract = other_wage.contract
            and main_employment.period = other_wage.period
            and main_employment.worker_id = other_wage.worker_id

),

cells as (

    select
        worker.period as time_period,
        worker.citizenship_code as citizenship,
        worker.sex_code as sex,
        {{ age_code(age_at_month_end("worker.birth_month", "worker.period")) }}
            as age,
        coalesce(activity_section.ancestor_code, '_U') as activity,
        coalesce(region.ancestor_code, '_U') as ref_area,
        count(*) as worker_count,
        cast(sum(worker.wage_centimes) as bigint) as wage_centimes
    from worker
    left join activity_section on worker.activity_code = activity_section.code
    left join region on worker.region_code = region.code
    group by 1, 2, 3, 4, 5, 6

)

select * from cells

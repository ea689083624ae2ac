with person_record as (

    select * from {{ ref("person_record") }}
    where status_code in ('VISA', 'EMPLOYED')

),

person as (

    select * from {{ ref("person") }}

),

-- Who is declared in the first month received may have been before.
first_month as (

    select min(period) as time_period from person_record
    where status_code = 'EMPLOYED'

),

first_declared as (

    select
        person_key,
        min(period) as time_period,
        cast({{ dbt.last_day(first_day("min(period)"), "month") }} as date)
            as last_day
    from person_record
    where status_code = 'EMPLOYED'
    group by person_key

),

waited as (

    select
        first_declared.time_period,
        first_declared.person_key,
        {{ dbt.datediff(
            "max(person_record.record_date)",
            "max(first_declared.last_day)",
            "day"
        ) }} as day_count
    from first_declared
    inner join first_month
        on first_declared.time_period > first_month.time_period
    inner join person_record
        on
            first_declared.person_key = person_record.person_key
            and person_record.status_code = 'VISA'
            and first_declared.last_day >= person_record.record_date
    group by first_declared.time_period, first_declared.person_key

),

described as (

    select
        waited.time_period,
        person.citizenship_code as citizenship,
        person.sex_code as sex,
        waited.day_count,
        1 as person_count
    from waited
    inner join person on waited.person_key = person.person_key

),

rolled_up as (

    {{ rolled_up("described", ["person_count"], medians=["day_count"]) }}

),

observations as (

    {{ observations("rolled_up", "day_count", "person_count") }}

)

select * from observations

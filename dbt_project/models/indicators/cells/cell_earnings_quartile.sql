with person as (

    {{ declared_persons() }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

worker as (

    select
        person.period as time_period,
        person.sex_code as sex,
        person.wage_centimes,
        {{ citizenship_status_code("person.citizenship_code") }} as status,
        {{ age_code(age_at_month_end("person.birth_month", "person.period")) }}
            as age,
        coalesce(activity_section.ancestor_code, '_U') as activity
    from person
    left join activity_section on person.activity_code = activity_section.code
    where person.wage_centimes is not null

),

-- A quartile does not add up: each table takes its own, of all records, and
-- each set sorts them, hence few tables.
cells as (

    select
        time_period,
        case when grouping(status) = 1 then '_T' else status end as status,
        case when grouping(sex) = 1 then '_T' else sex end as sex,
        case when grouping(age) = 1 then '_T' else age end as age,
        case when grouping(activity) = 1 then '_T' else activity end
            as activity,
        cast(
            percentile_cont(0.25) within group (order by wage_centimes)
            as numeric
        ) as first_quartile,
        cast(
            percentile_cont(0.5) within group (order by wage_centimes)
            as numeric
        ) as median,
        cast(
            percentile_cont(0.75) within group (order by wage_centimes)
            as numeric
        ) as third_quartile,
        count(*) as paid_count
    from worker
    group by grouping sets (
        (time_period),
        (time_period, status),
        (time_period, sex),
        (time_period, age),
        (time_period, activity),
        (time_period, status, sex),
        (time_period, status, age),
        (time_period, status, activity)
    )

)

select * from cells

with person as (

    select * from {{ ref("person") }}
    where first_declared_period is not null

),

-- Who is declared in the first month received may have been before.
first_month as (

    select min(first_declared_period) as time_period from person

),

citizenship_group as (

    {{ citizenship_groups() }}

),

waited as (

    select
        person.first_declared_period as time_period,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        person.sex_code as sex,
        {{ dbt.datediff(
            "person.visa_date",
            "cast("
            ~ dbt.last_day(first_day("person.first_declared_period"), "month")
            ~ " as date)",
            "day"
        ) }} as day_count,
        1 as person_count
    from person
    inner join first_month
        on person.first_declared_period > first_month.time_period
    left join citizenship_group
        on person.citizenship_code = citizenship_group.code
    where person.visa_date is not null

),

rolled_up as (

    {{ rolled_up("waited", ["person_count"], quartiles=["day_count"]) }}

),

measured as (

    {{ measured("rolled_up", {
        "Q1": ["day_count_q1", "person_count"],
        "MEDIAN": ["day_count_median", "person_count"],
        "Q3": ["day_count_q3", "person_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

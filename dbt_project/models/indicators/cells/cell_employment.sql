with person as (

    {{ declared_persons() }}

),

employment as (

    select * from {{ ref("employment") }}
    where is_worker and {{ affected_observations("period") }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

-- An employer is as large as the workers it declares in the month, those too
-- whose main employer is another one.
employer as (

    select
        employer_id,
        period,
        contract,
        {{ size_code("count(*)") }} as size_code
    from employment
    where employer_id <> ''
    group by 1, 2, 3

),

-- Who has an accident and no day of work in the month is no worker, yet has
-- the accident.
counted as (

    select
        person.period as time_period,
        person.citizenship_code as citizenship,
        person.sex_code as sex,
        {{ age_code(age_at_month_end("person.birth_month", "person.period")) }}
            as age,
        coalesce(activity_section.ancestor_code, '_U') as activity,
        coalesce(region.ancestor_code, '_U') as ref_area,
        coalesce(employer.size_code, '_U') as size,
        sum(case when person.is_worker then 1 else 0 end) as worker_count,
        count(person.wage_centimes) as paid_count,
        cast(coalesce(sum(person.wage_centimes), 0) as bigint)
            as wage_centimes,
        max(person.wage_centimes) as largest_wage_centimes,
        {{ second_largest("person.wage_centimes") }} as second_wage_centimes,
        sum(person.accident_count) as accident_count
    from person
    left join activity_section on person.activity_code = activity_section.code
    left join region on person.region_code = region.code
    left join employer
        on
            person.contract = employer.contract
            and person.period = employer.period
            and person.employer_id = employer.employer_id
    group by 1, 2, 3, 4, 5, 6, 7

),

cells as (

    select
        counted.*,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group
    from counted
    left join citizenship_group
        on counted.citizenship = citizenship_group.code

)

select * from cells

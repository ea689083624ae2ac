with person as (

    select * from {{ ref("person") }}
    where {{ is_foreign("citizenship_code") }}

),

person_record as (

    select * from {{ ref("person_record") }}

),

month as (

    select distinct period as time_period from person_record
    where status_code in ('TITLED', 'EMPLOYED')

),

-- The newest file of a register tells of all earlier months.
known as (

    select
        person_key,
        provider,
        min(
            case
                when fact = 'insured_person' and record_date is not null
                    then left(cast(record_date as text), 7)
                else period
            end
        ) as known_from
    from person_record
    group by person_key, provider

),

ranked as (

    select
        person_key,
        known_from,
        row_number() over (
            partition by person_key order by known_from, provider
        ) as source_number,
        lead(known_from) over (
            partition by person_key order by known_from, provider
        ) as known_to
    from known

),

counted as (

    select
        *,
        case
            when source_number = 1 then 'ONE'
            when source_number = 2 then 'TWO'
            else 'THREE_MORE'
        end as status
    from ranked

),

cells as (

    select
        month.time_period,
        person.citizenship_code as citizenship,
        person.sex_code as sex,
        counted.status,
        count(*) as person_count
    from counted
    inner join person on counted.person_key = person.person_key
    inner join month
        on
            counted.known_from <= month.time_period
            and (
                counted.known_to > month.time_period
                or counted.known_to is null
            )
    group by
        month.time_period,
        person.citizenship_code,
        person.sex_code,
        counted.status

)

select * from cells

with person as (

    select * from {{ ref("person") }}
    where {{ is_foreign("citizenship_code") }}

),

month as (

    select distinct time_period from {{ ref("cell_residence_title") }}

),

-- Persons first, months after: one row a person is read, whatever their number.
known as (

    select
        citizenship_code as citizenship,
        sex_code as sex,
        known_from,
        second_known_from,
        third_known_from,
        count(*) as person_count
    from person
    group by 1, 2, 3, 4, 5

),

cells as (

    select
        month.time_period,
        known.citizenship,
        known.sex,
        case
            when known.third_known_from <= month.time_period
                then 'THREE_MORE'
            when known.second_known_from <= month.time_period then 'TWO'
            else 'ONE'
        end as status,
        sum(known.person_count) as person_count
    from known
    inner join month on known.known_from <= month.time_period
    group by 1, 2, 3, 4

)

select * from cells

{# Every record of persons is one person's: the persons' records add up. #}
with person as (

    select sum(record_count) as record_count from {{ ref("person") }}

),

record as (

    select count(*) as record_count from {{ ref("person_record") }}

),

differing as (

    select
        person.record_count as of_persons,
        record.record_count as of_records
    from person
    cross join record
    where coalesce(person.record_count, 0) <> record.record_count

)

select * from differing

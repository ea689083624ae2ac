-- Filled by the strategy of person_record, emptied at the end of a build.
with changed_record as (

    select
        cast(null as text) as person_key,
        cast(null as text) as title,
        cast(null as boolean) as is_opening
    where 1 = 0

)

select * from changed_record

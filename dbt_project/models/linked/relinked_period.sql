with person_record as (

    select * from {{ ref("person_record") }}

),

linked as (

    {{ with_person("person_record") }}

),

relinked_period as (

    select distinct
        contract,
        period
    from linked
    where person_key <> linked_key or is_linked <> has_link

)

select * from relinked_period

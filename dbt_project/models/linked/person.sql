{%- set traits = {
    "sex_code": "sex_code not in ('_U', '_Z')",
    "birth_month": "birth_month is not null",
    "citizenship_code": "citizenship_code not in ('_U', '_Z')",
} -%}

with person_record as (

    select * from {{ ref("person_record") }}
    where {{ touched_rows() }}

),

-- What each source told of each person, each thing once.
told as (

    select
        person_key,
        provider,
        fact,
        sex_code,
        birth_month,
        citizenship_code,
        {{ authority("fact") }} as authority,
        min(period) as first_period,
        max(period) as last_period,
        -- The newest file of a register tells of all earlier months.
        min(
            case
                when fact = 'insured_person' and record_date is not null
                    then left(cast(record_date as text), 7)
                else period
            end
        ) as known_from,
        max(case when is_linked then 1 else 0 end) as is_linked,
        count(*) as record_count
    from person_record
    group by
        person_key, provider, fact, sex_code, birth_month, citizenship_code

),

-- The most authoritative source that knows a trait tells it, and of several
-- things it told the latest.
ranked as (

    select
        {%- for trait, is_known in traits.items() %}
        row_number() over (
            partition by person_key
            order by
                case when {{ is_known }} then 0 else 1 end asc,
                authority asc,
                last_period desc,
                {{ trait }} asc,
                sex_code asc,
                birth_month asc,
                citizenship_code asc
        ) as {{ trait }}_rank,
        {%- endfor %}
        person_key,
        provider,
        sex_code,
        birth_month,
        citizenship_code,
        first_period,
        last_period,
        is_linked,
        record_count
    from told

),

-- Since when a first, a second and a third institution know the person.
source as (

    select
        person_key,
        provider,
        min(known_from) as known_from
    from told
    group by person_key, provider

),

source_number as (

    select
        person_key,
        known_from,
        row_number() over (
            partition by person_key order by known_from, provider
        ) as source_number
    from source

),

known as (

    select
        person_key,
        max(case when source_number = 1 then known_from end) as known_from,
        max(case when source_number = 2 then known_from end)
            as second_known_from,
        max(case when source_number = 3 then known_from end)
            as third_known_from
    from source_number
    group by person_key

),

declared as (

    select
        person_key,
        min(period) as first_declared_period
    from person_record
    where status_code = 'EMPLOYED'
    group by person_key

),

-- Of several visas the last one before the end of the first month declared.
visa as (

    select
        declared.person_key,
        max(person_record.record_date) as visa_date
    from declared
    inner join person_record
        on
            declared.person_key = person_record.person_key
            and person_record.status_code = 'VISA'
            and cast(
                {{ dbt.last_day(
                    first_day("declared.first_declared_period"), "month"
                ) }} as date
            ) >= person_record.record_date
    group by declared.person_key

),

described as (

    select
        person_key,
        {%- for trait in traits %}
        max(case when {{ trait }}_rank = 1 then {{ trait }} end) as {{ trait }},
        {%- endfor %}
        count(distinct case
            when {{ traits["citizenship_code"] }} then citizenship_code
        end) as citizenship_count,
        min(first_period) as first_period,
        max(last_period) as last_period,
        count(distinct provider) as source_count,
        sum(record_count) as record_count,
        max(is_linked) = 1 as is_linked
    from ranked
    group by person_key

),

person as (

    select
        described.*,
        known.known_from,
        known.second_known_from,
        known.third_known_from,
        declared.first_declared_period,
        visa.visa_date
    from described
    inner join known on described.person_key = known.person_key
    left join declared on described.person_key = declared.person_key
    left join visa on described.person_key = visa.person_key

)

select * from person

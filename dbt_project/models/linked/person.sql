{%- set traits = {
    "sex_code": "sex_code not in ('_U', '_Z')",
    "birth_month": "birth_month is not null",
    "citizenship_code": "citizenship_code not in ('_U', '_Z')",
} -%}

with person_record as (

    select * from {{ ref("person_record") }}

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

person as (

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

)

select * from person

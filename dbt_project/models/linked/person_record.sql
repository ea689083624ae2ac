-- depends_on: {{ ref("changed_record") }}
with

{%- for fact, told in person_facts().items() %}
{%- set known = facts()[fact] %}
{%- set kind = told.identifier_type or "" %}

{{ fact }}_record as (

    select
        contract,
        provider,
        period,
        record_id,
        '{{ fact }}' as fact,
        '{{ told.status or "_Z" }}' as status_code,
        '{{ kind }}' as identifier_type,
        {{ told.number }} as number_pseudonym,
        cast({{ told.day }} as date) as record_date,
        cast({{ told.starts or "null" }} as date) as valid_from,
        cast({{ told.ends or "null" }} as date) as valid_to,
        {{ told.opening or "false" }} as is_opening,
        {{ "birth_month" if "birth_month" in known.columns
            else "cast(null as text)" }} as birth_month,
        {{ "sex_code" if "sex" in known.codes else "'_U'" }} as sex_code,
        {{ "citizenship_code" if "citizenship" in known.codes
            else told.citizenship or "'_U'" }} as citizenship_code,
        {{ "region_code" if "region" in known.codes else "'_U'" }}
            as region_code,
        {{ "reason_code" if "reason" in known.codes else "'_Z'" }}
            as reason_code
    from {{ ref(fact) }}
    where
        {{ told.only or "1 = 1" }}
        and ({{ affected_rows(fact) if is_incremental() else "1 = 1" }})

),
{%- endfor %}

record as (

    {%- for fact in person_facts() %}
    select * from {{ fact }}_record
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

linked as (

    {{ with_person("record") }}

),

person_record as (

    select
        contract,
        provider,
        period,
        record_id,
        fact,
        linked_key as person_key,
        has_link as is_linked,
        status_code,
        identifier_type,
        number_pseudonym,
        record_date,
        valid_from,
        valid_to,
        is_opening,
        birth_month,
        sex_code,
        citizenship_code,
        region_code,
        reason_code
    from linked

)

select * from person_record

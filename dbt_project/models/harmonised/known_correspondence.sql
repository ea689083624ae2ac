{{ config(materialized="view") }}

with shipped as (

    {%- for variable in variables() %}
    select
        '{{ variable }}' as variable,
        provider,
        upper(trim(source_code)) as source_code,
        code,
        quality,
        valid_from,
        valid_to,
        case when provider = '*' then 3 else 2 end as preference,
        cast(null as timestamp) as decided_at
    from {{ ref(variable) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

decided as (

    select
        variable,
        provider,
        upper(trim(source_code)) as source_code,
        code,
        quality,
        valid_from,
        valid_to,
        1 as preference,
        cast(decided_at as timestamp) as decided_at
    from {{ source("codes", "decision") }}

),

known as (

    select * from shipped
    union all
    select * from decided

)

select * from known

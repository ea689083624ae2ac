{{ config(
    materialized="view",
    grants={"select": ["simimo_analyst", "simimo_linkage"]}
) }}

with shipped as (

    {%- for variable in variables() %}
    select
        '{{ variable }}' as variable,
        provider,
        source_code,
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
        source_code,
        code,
        quality,
        valid_from,
        valid_to,
        1 as preference,
        cast(decided_at as timestamp) as decided_at
    from {{ source("codes", "decision_in_force") }}
    -- Decided titles are learnt from, and reach the records as coded titles.
    where variable <> 'occupation_title'

),

shipped_or_decided as (

    select * from shipped
    union all
    select * from decided

),

spelled as (

    select
        variable,
        provider,
        {{ matched_code("source_code") }} as source_code,
        code,
        quality,
        valid_from,
        valid_to,
        preference,
        decided_at
    from shipped_or_decided

),

-- A row that came before its code was known holds the code's token.
as_token as (

    select
        spelled.variable,
        spelled.provider,
        token.token as source_code,
        spelled.code,
        spelled.quality,
        spelled.valid_from,
        spelled.valid_to,
        spelled.preference,
        spelled.decided_at
    from spelled
    inner join {{ source("codes", "token") }} as token
        on
            spelled.variable = token.variable
            and spelled.source_code = token.source_code

),

known as (

    select * from spelled
    union all
    select * from as_token

)

select * from known

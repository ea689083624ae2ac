{{ config(grants={"+select": ["simimo_pipeline"]}) }}

{%- set told = codes_told() %}

with

{%- for fact, name, variable, contracts_telling in told %}

{{ fact }}_{{ name }} as (

    select
        contract,
        provider,
        period,
        '{{ name }}' as column_name,
        '{{ variable }}' as variable,
        {{ name }}_source_code as source_code,
        {{ name }}_code as code,
        count(*) as row_count
    from {{ ref(fact) }}
    where
        {{ in_list("contract", contracts_telling) }}
        and ({{ affected_rows(fact) if is_incremental() else "1 = 1" }})
    group by 1, 2, 3, 4, 5, 6, 7

),
{%- endfor %}

{%- for fact in facts_with_titles() %}

{{ fact }}_title as (

    select
        fact.contract,
        fact.provider,
        fact.period,
        'occupation' as column_name,
        'occupation_title' as variable,
        -- A title decided to be unknown is understood.
        case
            when coded_title.method is null or coded_title.method = 'none'
                then coalesce(coded_title.title, '')
            when coded_title.code <> '_U' then coded_title.title
        end as source_code,
        coalesce(coded_title.code, '_U') as code,
        count(*) as row_count
    from {{ ref(fact) }} as fact
    left join {{ source("codes", "coded_title") }} as coded_title
        on
            {{ title_hash("fact.occupation_text") }}
            = coded_title.title_hash
    where
        fact.occupation_text is not null
        and ({{ affected_rows(fact) if is_incremental() else "1 = 1" }})
    group by 1, 2, 3, 4, 5, 6, 7

),
{%- endfor %}

as_written as (

    {%- for fact, name, variable, contracts_telling in told %}
    select * from {{ fact }}_{{ name }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
    {%- for fact in facts_with_titles() %}
    union all
    select * from {{ fact }}_title
    {%- endfor %}

),

code_count as (

    select
        contract,
        provider,
        period,
        column_name,
        variable,
        {{ matched_code("source_code") }} as source_code,
        code,
        sum(row_count) as row_count
    from as_written
    group by 1, 2, 3, 4, 5, 6, 7

)

select * from code_count

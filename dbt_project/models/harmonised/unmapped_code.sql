{{ config(materialized="view") }}

with code_count as (

    select * from {{ ref("code_count") }}

),

correspondence as (

    select distinct
        variable,
        provider,
        source_code
    from {{ ref("correspondence") }}

),

-- A source that says "unknown" in a code of its own is understood.
unmapped as (

    select
        code_count.contract,
        code_count.provider,
        code_count.period,
        code_count.column_name,
        code_count.variable,
        code_count.source_code,
        code_count.row_count
    from code_count
    left join correspondence
        on
            code_count.variable = correspondence.variable
            and code_count.provider = correspondence.provider
            and code_count.source_code = correspondence.source_code
    where
        code_count.code = '_U'
        and code_count.source_code is not null
        and correspondence.source_code is null

)

select * from unmapped

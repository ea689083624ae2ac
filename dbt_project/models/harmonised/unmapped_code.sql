{{ config(materialized="view") }}

with code_count as (

    select * from {{ ref("code_count") }}

),

-- A source that says "unknown" in a code of its own is understood, for as long
-- as that code is valid. Any other row that decoded to _U is not, be its code
-- unknown at all times or only in its period. Where rows tell a time of their
-- own, the period of their file stands for it here: of a code that means _U in
-- some years alone, rows of other years are left out where the file's period is
-- among those years, and rows of those years are listed where it is not.
understood as (

    select
        variable,
        provider,
        source_code,
        valid_from,
        valid_to
    from {{ ref("correspondence") }}
    where code = '_U'

),

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
    left join understood
        on
            code_count.variable = understood.variable
            and code_count.provider = understood.provider
            and code_count.source_code = understood.source_code
            and {{ first_day("code_count.period") }} >= understood.valid_from
            and {{ first_day("code_count.period") }} < understood.valid_to
    where
        code_count.code = '_U'
        and code_count.source_code is not null
        and understood.source_code is null

)

select * from unmapped

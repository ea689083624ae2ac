{{ config(materialized="view") }}

with code_count as (

    select * from {{ ref("code_count") }}

),

unmapped_code as (

    select
        contract,
        period,
        column_name,
        sum(row_count) as unmapped_count
    from {{ ref("unmapped_code") }}
    group by contract, period, column_name

),

counted as (

    select
        contract,
        provider,
        period,
        column_name,
        variable,
        sum(row_count) as row_count,
        sum(case when source_code is null then row_count else 0 end)
            as missing_count
    from code_count
    group by contract, provider, period, column_name, variable

),

coverage as (

    select
        counted.contract,
        counted.provider,
        counted.period,
        counted.column_name,
        counted.variable,
        counted.row_count,
        counted.missing_count,
        coalesce(unmapped_code.unmapped_count, 0) as unmapped_count
    from counted
    left join unmapped_code
        on
            counted.contract = unmapped_code.contract
            and counted.period = unmapped_code.period
            and counted.column_name = unmapped_code.column_name

)

select * from coverage

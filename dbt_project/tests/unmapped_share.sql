{{ config(severity="warn") }}

-- The share of records with a code that no correspondence knows stays within
-- the contract's bound.
with bound as (

    {%- for id, contract in contracts().items() %}
    select
        '{{ id }}' as contract,
        {{ contract.unknown_code_share_max }} as unknown_code_share_max
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

code_coverage as (

    select * from {{ ref("code_coverage") }}

)

select
    code_coverage.contract,
    code_coverage.period,
    code_coverage.column_name,
    code_coverage.unmapped_count,
    code_coverage.row_count
from code_coverage
inner join bound on code_coverage.contract = bound.contract
where
    code_coverage.unmapped_count
    > bound.unknown_code_share_max * code_coverage.row_count

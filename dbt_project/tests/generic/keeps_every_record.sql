{# As many records in a harmonised table as its staging models hold: decoding
   neither drops a record with an unknown code nor doubles one. #}
{% test keeps_every_record(model) %}

{%- if execute %}

with staged as (

    {%- for name in staging_models(model.identifier) %}
    select
        contract,
        period,
        count(*) as row_count
    from {{ relation_of("staging", name) }}
    group by contract, period
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

harmonised as (

    select
        contract,
        period,
        {%- if model.identifier == "employment" %}
        sum(declaration_count) as row_count
        {%- else %}
        count(*) as row_count
        {%- endif %}
    from {{ model }}
    group by contract, period

)

select
    coalesce(staged.contract, harmonised.contract) as contract,
    coalesce(staged.period, harmonised.period) as period,
    staged.row_count as staged_count,
    harmonised.row_count as harmonised_count
from staged
full outer join harmonised
    on
        staged.contract = harmonised.contract
        and staged.period = harmonised.period
where coalesce(staged.row_count, 0) <> coalesce(harmonised.row_count, 0)
{%- else %}
select 1
{%- endif %}

{% endtest %}

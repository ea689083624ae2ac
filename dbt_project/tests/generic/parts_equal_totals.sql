{# In every declared table, over each dimension that has a total, the parts add
   up to _T; means of months are held to the millionth. Where a dataflow has
   measures that do not add up, `measures` are those that do. #}
{% test parts_equal_totals(model, measures=none) %}

{%- if execute %}
{%- set own = definition_of(model.identifier) %}
{%- set dimensions = own.dimensions | map(attribute="id") | list %}
{%- set untotalled = untotalled_ids(own) + ["measure"] %}
{%- set summed = [] %}
{%- for table in own.tables %}
    {%- set number = loop.index %}
    {%- for dimension in table if dimension not in untotalled %}
        {%- do summed.append((number, table, dimension)) %}
    {%- endfor %}
{%- endfor %}

with

{%- for number, table, dimension in summed %}
{%- set others = table | reject("equalto", dimension) | list %}

table_{{ number }}_{{ dimension }} as (

    select
        time_period,
        {%- for other in others %}
        {{ other }} as dimension_{{ loop.index }},
        {%- endfor %}
        '{{ dimension }}' as summed,
        sum(case when {{ dimension }} <> '_T' then obs_value else 0 end)
            as parts,
        sum(case when {{ dimension }} = '_T' then obs_value else 0 end)
            as total
    from {{ model }}
    where
        1 = 1
        {%- for absent in dimensions if absent not in table %}
        and {{ absent }} = '_T'
        {%- endfor %}
        {%- if table in (own.yearly_tables or []) %}
        and freq = 'A'
        {%- endif %}
        {%- if measures %}
        and {{ in_list("measure", measures) }}
        {%- endif %}
    group by {{ (["time_period"] + others) | join(", ") }}

){{ "," if not loop.last }}
{%- endfor %}

{%- for number, table, dimension in summed %}
select time_period, summed, parts, total
from table_{{ number }}_{{ dimension }}
where abs(parts - total) > 0.000001
{{ "union all" if not loop.last }}
{%- endfor %}
{%- else %}
select 1
{%- endif %}

{% endtest %}

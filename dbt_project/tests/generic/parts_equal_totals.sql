{# In every declared table, over each dimension but the measure, the parts add up
   to _T; means of months are held to the millionth. Where a dataflow has
   measures that do not add up, `measures` are those that do. #}
{% test parts_equal_totals(model, measures=none) %}

{%- if execute %}
{%- set own = definition_of(model.identifier) %}
{%- set dimensions = own.dimensions | map(attribute="id") | list %}

with

{%- for table in own.tables %}
{%- set number = loop.index %}
{%- for dimension in table if dimension != "measure" %}
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
        {%- if measures %}
        and {{ in_list("measure", measures) }}
        {%- endif %}
    group by {{ (["time_period"] + others) | join(", ") }}

){{ "," if not (loop.last and number == own.tables | length) }}
{%- endfor %}
{%- endfor %}

{%- for table in own.tables %}
{%- set number = loop.index %}
{%- for dimension in table if dimension != "measure" %}
select time_period, summed, parts, total
from table_{{ number }}_{{ dimension }}
where abs(parts - total) > 0.000001
{{ "union all" if not (loop.last and number == own.tables | length) }}
{%- endfor %}
{%- endfor %}
{%- else %}
select 1
{%- endif %}

{% endtest %}

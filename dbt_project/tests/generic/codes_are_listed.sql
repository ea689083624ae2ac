{# Every code that a model holds is an item of its list: the variables of a
   harmonised fact, the dimensions of a dataflow; unknown and not applicable are
   codes of every list, and no code is empty. #}
{% test codes_are_listed(model) %}

{%- set lists = code_lists_of(model.identifier) if execute else {} %}

{%- for column, code_list in lists.items() %}
select distinct
    '{{ column }}' as column_name,
    held.{{ column }} as code
from {{ model }} as held
left join {{ relation_of("codelists", code_list) }} as listed on held.{{ column }} = listed.code
where listed.code is null and coalesce(held.{{ column }}, '') not in ('_U', '_Z')
{{ "union all" if not loop.last }}
{%- endfor %}

{%- if not execute %}
select 1
{%- endif %}

{% endtest %}

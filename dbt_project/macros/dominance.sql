{# The second largest value of a group, as large as the largest where two have it;
   null in a group of one. Taken of a list of the group's values: an aggregate
   in order would sort all records by their cells. #}
{% macro second_largest(column) -%}
    {{ adapter.dispatch("second_largest", "simimo")(column) }}
{%- endmacro %}


{% macro default__second_largest(column) -%}
    (
        select told.contribution
        from unnest(array_agg({{ column }})) as told (contribution)
        where told.contribution is not null
        order by told.contribution desc
        limit 1 offset 1
    )
{%- endmacro %}


{% macro spark__second_largest(column) -%}
    get(sort_array(collect_list({{ column }}), false), 1)
{%- endmacro %}


{# Cells with the largest and the second largest wage of their workers as such
   cells of every declared table of a dataflow (the model's own, if none is
   named), with totals. The two largest of a union are among the two largest of
   its parts. #}
{% macro largest_of_tables(cells, dataflow=none) %}
    {%- if execute -%}
    {%- set own = definition_of(dataflow) if dataflow else definition() -%}
    {%- set dimensions = own.dimensions
        | map(attribute="id") | reject("equalto", "measure") | list -%}
    select
        time_period
        {%- for dimension in dimensions %},
        case
            when grouping({{ dimension }}) = 1 then '_T' else {{ dimension }}
        end as {{ dimension }}
        {%- endfor %},
        max(largest_wage_centimes) as largest_wage_centimes,
        greatest(
            max(second_wage_centimes),
            {{ second_largest("largest_wage_centimes") }}
        ) as second_wage_centimes
    from {{ cells }}
    group by grouping sets (
        {%- for grouping in groupings(dimensions, own.tables) %}
        ({{ (["time_period"] + grouping) | join(", ") }})
        {{- "," if not loop.last }}
        {%- endfor %}
    )
    {%- else -%}
    select * from {{ cells }}
    {%- endif -%}
{% endmacro %}


{# Rows of the model's dataflow with the two largest wages of their cells and
   spans. Of a quarter or a year these are the sums of those of its months: no
   worker is paid more than the first, no two are paid more than both. #}
{% macro with_largest(relation, largest) %}
    {%- if execute -%}
    select
        {{ relation }}.*,
        {{ largest }}.largest_wage_centimes,
        {{ largest }}.second_wage_centimes
    from {{ relation }}
    left join {{ largest }}
        on
            {{ relation }}.time_period = {{ largest }}.time_period
            {%- for dimension in dimension_ids() %}
            and {{ relation }}.{{ dimension }} = {{ largest }}.{{ dimension }}
            {%- endfor %}
    {%- else -%}
    select {{ relation }}.*
    from {{ relation }}
    cross join {{ largest }}
    {%- endif -%}
{% endmacro %}

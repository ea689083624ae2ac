{# The definition of the dataflow that the model computes, or of the cells it
   counts: config.meta.definition of its properties file. A unit test gives one
   of its own. #}
{% macro definition() %}
    {{- return(definition_of(model.name)) -}}
{% endmacro %}


{% macro definition_of(name) %}
    {{- return(
        graph.nodes["model." ~ project_name ~ "." ~ name].config.meta.definition
    ) -}}
{% endmacro %}


{# One entry of the definition, as a list of literals; empty while parsing. #}
{% macro defined_values(key) -%}
    {%- if execute -%}'{{ definition()[key] | join("', '") }}'
    {%- else -%}''
    {%- endif -%}
{%- endmacro %}


{# Cells summed to every declared table, with the totals of its dimensions:
   grouping sets over the finest cells, never over records. #}
{% macro rolled_up(cells, measures) %}
    {%- if execute -%}
    {%- set dimensions = definition().dimensions | map(attribute="id") | list -%}
    select
        time_period,
        {%- for dimension in dimensions %}
        case
            when grouping({{ dimension }}) = 1 then '_T' else {{ dimension }}
        end as {{ dimension }},
        {%- endfor %}
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ cells }}
    group by grouping sets (
        {%- for grouping in groupings(dimensions) %}
        ({{ (["time_period"] + grouping) | join(", ") }})
        {{- "," if not loop.last }}
        {%- endfor %}
    )
    {%- else -%}
    select * from {{ cells }}
    {%- endif -%}
{% endmacro %}


{# The distinct sets of dimensions to group by: every subset of every declared
   table, in the order of the dimensions. #}
{% macro groupings(dimensions) %}
    {% set found = [] %}
    {% for table in definition().tables %}
        {% for number in range(2 ** (table | length)) %}
            {% set kept = [] %}
            {% for dimension in dimensions if dimension in table %}
                {% if (number // 2 ** loop.index0) % 2 %}
                    {% do kept.append(dimension) %}
                {% endif %}
            {% endfor %}
            {% if kept not in found %}
                {% do found.append(kept) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# Rows as observations of the model's dataflow: its dimensions, and what its
   definition says of all of them. #}
{% macro observations(relation, value, count, status="'A'") %}
    {%- if execute -%}
    {%- set own = definition() -%}
    select
        '{{ own.id }}' as dataflow,
        '{{ own.freq }}' as freq,
        {%- for dimension in own.dimensions %}
        {{ dimension.id }},
        {%- endfor %}
        time_period,
        cast({{ value }} as numeric) as obs_value,
        cast({{ count }} as bigint) as obs_count,
        {{ status }} as obs_status,
        '{{ own.unit_measure }}' as unit_measure,
        {{ own.decimals }} as decimals
    from {{ relation }}
    {%- else -%}
    select * from {{ relation }}
    {%- endif -%}
{% endmacro %}


{# The value of a published cell, as it stands; two rows of one cell (codes
   that have no code of their own, so far) add up. A status is the source's;
   one that it does not give is normal (A), or missing (O) without a value. #}
{% macro published_value() -%}
    sum(obs_value) as obs_value,
        count(*) as row_count,
        max(
            case
                when obs_status_code not in ('_U', '_Z') then obs_status_code
                when obs_value is null then 'O'
                else 'A'
            end
        ) as obs_status
{%- endmacro %}

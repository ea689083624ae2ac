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


{# Cells summed to every declared table, with the totals of its dimensions:
   grouping sets over the finest cells, never over records. A total of cells
   among which one is estimated (E, which sorts after A) is estimated. A median
   does not add up: it is taken of records, given in the place of cells. #}
{% macro rolled_up(cells, measures, status=none, medians=[]) %}
    {%- if execute -%}
    {%- set dimensions = definition().dimensions | map(attribute="id") | list -%}
    select
        time_period,
        {%- for dimension in dimensions %}
        case
            when grouping({{ dimension }}) = 1 then '_T' else {{ dimension }}
        end as {{ dimension }},
        {%- endfor %}
        {%- if status %}
        max({{ status }}) as {{ status }},
        {%- endif %}
        {%- for measure in medians %}
        percentile_cont(0.5) within group (order by {{ measure }})
            as {{ measure }},
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


{# The cells that others publish, as the definition of the model selects them:
   the rows of its sources (and of its measures, where it names some) by its
   dimensions. Rows of one cell add up: a file may repeat a cell, and several
   codes may so far have no code of their own. A status is the source's; one that
   it does not give is normal (A), or missing (O) without a value. In a period
   of a break it is B. A series without any observation may stand in a file
   without a time period. #}
{% macro published_cells(published_statistic) %}
    {%- if execute -%}
    {%- set own = definition() -%}
    {%- set dimensions = own.dimensions | map(attribute="id") | list %}
    select
        time_period,
        {%- for dimension in dimensions %}
        {{ dimension }}_code as {{ dimension }},
        {%- endfor %}
        sum(obs_value) as obs_value,
        count(*) as row_count,
        case
            when {{ in_list("time_period", own.breaks) }} then 'B'
            else max(
                case
                    when obs_status_code not in ('_U', '_Z')
                        then obs_status_code
                    when obs_value is null then 'O'
                    else 'A'
                end
            )
        end as obs_status
    from {{ published_statistic }}
    where
        {{ in_list("contract", own.sources) }}
        {%- if own.measures %}
        and {{ in_list("measure", own.measures) }}
        {%- endif %}
        and time_period is not null
    group by {{ (["time_period"] + dimensions) | join(", ") }}
    {%- else -%}
    select * from {{ published_statistic }}
    {%- endif -%}
{% endmacro %}

{# The first day of a period: a month 2026-03, a quarter 2026-Q1, a year 2026 or
   the years of a campaign, 2016-2017. #}
{% macro first_day(period) -%}
    cast(
        case
            when length({{ period }}) in (4, 9)
                then left({{ period }}, 4) || '-01-01'
            when {{ period }} like '%-Q1' then left({{ period }}, 4) || '-01-01'
            when {{ period }} like '%-Q2' then left({{ period }}, 4) || '-04-01'
            when {{ period }} like '%-Q3' then left({{ period }}, 4) || '-07-01'
            when {{ period }} like '%-Q4' then left({{ period }}, 4) || '-10-01'
            else {{ period }} || '-01'
        end
        as date
    )
{%- endmacro %}


{# The months from the first to the last one held by a harmonised table: a
   query with one row a month, its last day beside. #}
{% macro months_of(relation) %}
    {%- set bounds = none -%}
    {%- if execute and not is_unit_test() -%}
        {%- set bounds = run_query(
            "select min(period), max(period) from " ~ relation
        ).rows[0] -%}
    {%- endif -%}
    {%- if bounds is none or bounds[0] is none -%}
        select
            period as time_period,
            {{ dbt.last_day(first_day("period"), "month") }} as last_day
        from {{ relation }}
        group by period
    {%- else -%}
        {%- for month in months_between(bounds[0], bounds[1]) %}
        select
            '{{ month }}' as time_period,
            {{ dbt.last_day("cast('" ~ month ~ "-01' as date)", "month") }}
                as last_day
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    {%- endif -%}
{% endmacro %}


{# A month counted since year 0, so that the month after is one more. #}
{% macro month_number(period) -%}
    12 * cast(left({{ period }}, 4) as integer)
    + cast(right({{ period }}, 2) as integer)
{%- endmacro %}


{# ['2025-12', '2026-01'] for ('2025-12', '2026-01'). #}
{% macro months_between(first, last) %}
    {% set months = [] %}
    {% set start = (first[:4] | int) * 12 + (first[5:7] | int) - 1 %}
    {% set end = (last[:4] | int) * 12 + (last[5:7] | int) - 1 %}
    {% for number in range(start, end + 1) %}
        {% do months.append("%d-%02d" % (number // 12, number % 12 + 1)) %}
    {% endfor %}
    {{- return(months) -}}
{% endmacro %}

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


{# The ids of the dimensions over which cells of the model's dataflow are summed:
   all but the measure, which its model tells after. #}
{% macro dimension_ids() %}
    {{- return(
        definition().dimensions
        | map(attribute="id") | reject("equalto", "measure") | list
    ) -}}
{% endmacro %}


{# Cells of base periods summed to the spans of the dataflow, their dimensions
   as they are. `sums` add up; a span among whose cells one is estimated (E,
   which sorts after A) is estimated. #}
{% macro spanned(cells, sums, status=none) %}
    {%- if execute %}
    with span as (
        {{ span_rows(cells) }}
    )

    select
        span.time_period,
        span.freq,
        span.base_count,
        span.obs_status as span_status,
        {{ "max(cell." ~ status ~ ")" if status else "'A'" }} as cell_status
        {%- for dimension in dimension_ids() %},
        cell.{{ dimension }}
        {%- endfor %}
        {%- for measure in sums %},
        sum(cell.{{ measure }}) as {{ measure }}
        {%- endfor %}
    from {{ cells }} as cell
    inner join span on cell.time_period = span.base_period
    group by
        span.time_period,
        span.freq,
        span.base_count,
        span.obs_status
        {%- for dimension in dimension_ids() %},
        cell.{{ dimension }}
        {%- endfor %}
    {%- else -%}
    select * from {{ cells }}
    {%- endif -%}
{% endmacro %}


{# Cells of base periods summed to every span and every declared table, with the
   totals of its dimensions: grouping sets over the finest cells, never over
   records. Persons summed over months count once a month: divided by base_count
   they are the mean of the months, of whom no fewer stand behind the figure. A
   median does not add up, nor do quartiles (x_q1, x_median and x_q3 of x): they
   are taken of records, given in the place of cells. #}
{% macro rolled_up(cells, measures, status=none, medians=[], quartiles=[]) %}
    {%- if execute -%}
    {%- set dimensions = dimension_ids() -%}
    {%- set divided = definition().time_aggregation == "mean" -%}
    with spanned as (
        {%- if medians or quartiles %}
        select
            cell.*,
            span.time_period as span_period,
            span.freq,
            span.base_count,
            span.obs_status as span_status,
            'A' as cell_status
        from {{ cells }} as cell
        inner join ({{ span_rows(cells) }}) as span
            on cell.time_period = span.base_period
        {%- else %}
        select
            spanned.*,
            spanned.time_period as span_period
        from ({{ spanned(cells, measures, status) }}) as spanned
        {%- endif %}
    )

    select
        span_period as time_period,
        freq,
        case
            when max(span_status) <> 'B' and max(cell_status) = 'E' then 'E'
            else max(span_status)
        end as obs_status,
        max(base_count) as base_count
        {%- for dimension in dimensions %},
        case
            when grouping({{ dimension }}) = 1 then '_T' else {{ dimension }}
        end as {{ dimension }}
        {%- endfor %}
        {%- for measure in medians %},
        percentile_cont(0.5) within group (order by {{ measure }})
            as {{ measure }}
        {%- endfor %}
        {%- for measure in quartiles %}
        {%- for name, share in {"q1": 0.25, "median": 0.5, "q3": 0.75}.items() %},
        percentile_cont({{ share }}) within group (order by {{ measure }})
            as {{ measure }}_{{ name }}
        {%- endfor %}
        {%- endfor %}
        {%- for measure in measures %},
        {%- if divided %}
        cast(sum({{ measure }}) as numeric) / max(base_count) as {{ measure }}
        {%- else %}
        sum({{ measure }}) as {{ measure }}
        {%- endif %}
        {%- endfor %}
    from spanned
    group by grouping sets (
        {%- for grouping in groupings(dimensions) %}
        ({{ (["span_period", "freq"] + grouping) | join(", ") }})
        {{- "," if not loop.last }}
        {%- endfor %}
    )
    {%- for grouping in yearly_groupings(dimensions) %}
    {{ "having freq = 'A' or not (" if loop.first else "or" }}
    (
        {%- for dimension in dimensions %}
        grouping({{ dimension }}) = {{ 0 if dimension in grouping else 1 }}
        {{ "and" if not loop.last }}
        {%- endfor %}
    )
    {{ ")" if loop.last }}
    {%- endfor %}
    {%- else -%}
    select * from {{ cells }}
    {%- endif -%}
{% endmacro %}


{# The distinct sets of dimensions to group by: every subset of every declared
   table, in the order of the dimensions. A dimension that is never totalled
   (`total: false`, as of institutions that count the same persons) stands in
   all of them. #}
{% macro groupings(dimensions, tables=none) %}
    {% set found = [] %}
    {% set untotalled = untotalled_ids() %}
    {% for table in (definition().tables if tables is none else tables) %}
        {% for number in range(2 ** (table | length)) %}
            {% set kept = [] %}
            {% for dimension in dimensions if dimension in table %}
                {% if (number // 2 ** loop.index0) % 2
                    or dimension in untotalled %}
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


{# Those of them that stand in tables published by year alone. #}
{% macro yearly_groupings(dimensions) %}
    {% set own = definition() %}
    {% set yearly = own.yearly_tables or [] %}
    {% set others = groupings(
        dimensions, own.tables | reject("in", yearly) | list
    ) %}
    {{- return(groupings(dimensions, yearly) | reject("in", others) | list) -}}
{% endmacro %}


{# Rows with several measures as one row a measure: its code, its value and how
   many contributors it rests on, for {'RAW': ['raw_gap', 'raw_count']}. A
   measure without a value has no row. #}
{% macro measured(relation, measures) %}
    {%- for code, columns in measures.items() %}
    select
        {{ relation }}.*,
        '{{ code }}' as measure,
        cast({{ columns[0] }} as numeric) as measure_value,
        cast({{ columns[1] }} as numeric) as contributor_count
    from {{ relation }}
    where {{ columns[0] }} is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
{% endmacro %}


{# The dimensions of the model's dataflow, or of another's, that have no _T. #}
{% macro untotalled_ids(own=none) %}
    {{- return((own or definition()).dimensions
        | selectattr("total", "equalto", false)
        | map(attribute="id") | list) -}}
{% endmacro %}


{# Rows as observations of the model's dataflow: its dimensions, and what its
   definition says of all of them, without its `yearly_codes` within a year. The
   rows tell time_period, freq and obs_status. `largest`: the columns of the
   largest contribution and the next, where a rule of dominance looks at them;
   `amount` the one of their sum, where the value does not tell it. #}
{% macro observations(relation, value, count, largest=none, amount=none) %}
    {%- if execute -%}
    {%- set own = definition() -%}
    select
        '{{ own.id }}' as dataflow,
        freq,
        {%- for dimension in own.dimensions %}
        {{ dimension.id }},
        {%- endfor %}
        time_period,
        cast({{ value }} as numeric) as obs_value,
        cast(ceil({{ count }}) as bigint) as obs_count,
        {%- if largest %}
        cast({{ largest[0] }} as numeric) as obs_largest,
        cast({{ largest[1] }} as numeric) as obs_second,
        {%- endif %}
        {%- if amount %}
        cast({{ amount }} as numeric) as obs_amount,
        {%- endif %}
        obs_status,
        '{{ own.unit_measure }}' as unit_measure,
        {{ own.decimals }} as decimals
    from {{ relation }}
    {%- for dimension, codes in (own.yearly_codes or {}).items() %}
    {{ "where" if loop.first else "and" }}
    (freq = 'A' or not ({{ in_list(dimension, codes) }}))
    {%- endfor %}
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
        '{{ own.freq }}' as freq,
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

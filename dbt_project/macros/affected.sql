{# What a run rebuilds: the periods marked in submission.affected_period.
   Everything else follows from these marks. #}

{% macro is_unit_test() %}
    {{- return(model is defined and model.resource_type == "unit_test") -}}
{% endmacro %}


{# The marked periods by contract: {'cnss_declarations': ['2026-03']}. They are
   read from the table, not given on the command line, because a variable that
   changes makes dbt parse the whole project again. #}
{% macro marks() %}
    {% set found = {} %}
    {% set marked = run_query(
        "select distinct contract, period from "
        ~ source("submission", "affected_period")
        ~ " order by contract, period"
    ) %}
    {% for contract, period in marked.rows %}
        {% do found.setdefault(contract, []).append(period) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# The periods marked for entries of a register alone, by contract: but for the
   records of these entries they stand as they are. #}
{% macro marks_of_entries() %}
    {% set found = {} %}
    {% set marked = run_query(
        "select marked.contract, marked.period from "
        ~ source("submission", "affected_period") ~ " as marked"
        ~ " left join (select distinct mark_id from "
        ~ source("submission", "affected_entry") ~ ") as limited"
        ~ " on marked.id = limited.mark_id"
        ~ " group by marked.contract, marked.period"
        ~ " having count(*) = count(limited.mark_id)"
        ~ " order by marked.contract, marked.period"
    ) %}
    {% for contract, period in marked.rows %}
        {% do found.setdefault(contract, []).append(period) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# The rows of a staging model to read: the marked periods of a contract, of a
   cumulative contract everything, by the literal numbers of the current
   submissions, so that only their partitions are scanned. #}
{% macro affected_submissions(contract) %}
    {%- set cumulative = contracts()[contract].coverage == "cumulative" -%}
    {%- set reads_rows_given = is_unit_test() or not execute -%}
    {%- set periods = [] if reads_rows_given else marks().get(contract, []) -%}
    {%- if reads_rows_given -%}
        1 = 1
    {%- elif is_incremental() and not periods -%}
        1 = 0
    {%- else -%}
        {%- set only = in_list("period", periods)
            if is_incremental() and not cumulative else "1 = 1" -%}
        {%- set current = run_query(
            "select distinct submission_id from "
            ~ source("submission", "current_submission")
            ~ " where contract = '" ~ contract ~ "' and " ~ only
            ~ " order by submission_id"
        ) -%}
        {{ only }}
        and {{ in_list("submission_id", current.columns[0].values()) }}
    {%- endif -%}
{% endmacro %}


{# `column in (...)` over literals; nothing is in an empty list. #}
{% macro in_list(column, values) -%}
    {%- if not values -%}
        1 = 0
    {%- elif values[0] is string -%}
        {{ column }} in ('{{ values | join("', '") }}')
    {%- else -%}
        {{ column }} in ({{ values | join(", ") }})
    {%- endif -%}
{%- endmacro %}


{# The rows of a harmonised table of `fact`, or of all facts, that a run
   replaces. #}
{% macro affected_rows(fact=none) -%}
    {%- set conditions = [] -%}
    {%- set marked = marks() -%}
    {%- set fed = contracts_of(fact) if fact in facts() else contracts() -%}
    {%- for id in fed if id in marked -%}
        {%- if contracts()[id].coverage == "cumulative" -%}
            {%- do conditions.append("contract = '" ~ id ~ "'") -%}
        {%- else -%}
            {%- do conditions.append(
                "(contract = '" ~ id ~ "' and "
                ~ in_list("period", marked[id]) ~ ")"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ conditions | join(" or ") or "1 = 0" }}
{%- endmacro %}


{# The rows that a run reads, of a model of indicators. Of cells: those of the
   marked periods, of a stock of all from the first marked one on. Of a
   dataflow: the cells of every span that it makes anew. #}
{% macro affected_observations(column="time_period") -%}
    {%- if is_unit_test() or not execute or not is_incremental() -%}
        1 = 1
    {%- elif has_spans() -%}
        {%- if replaced_periods() is none -%}
            1 = 1
        {%- else -%}
            {{ in_list(
                column, affected_spans() | map(attribute="base") | unique | sort
            ) }}
        {%- endif -%}
    {%- else -%}
        {{ replaced_observations(column) }}
    {%- endif -%}
{%- endmacro %}


{# Whether the model is a national dataflow, made for spans of its cells: cells
   have no dimensions declared, and what others publish keeps its periods. #}
{% macro has_spans() %}
    {%- set own = definition() -%}
    {{- return("dimensions" in own and own.kind != "public") -}}
{% endmacro %}


{# The observations that a run replaces. #}
{% macro replaced_observations(column="time_period") -%}
    {%- set marked = marked_periods() -%}
    {%- if marked is none -%}
        1 = 1
    {%- elif not marked -%}
        1 = 0
    {%- elif has_spans() -%}
        {{ in_list(column, replaced_periods()) }}
    {%- elif definition().stock_flow == "stock" -%}
        {{ column }} >= '{{ marked | min }}'
    {%- else -%}
        {{ in_list(column, marked) }}
    {%- endif -%}
{%- endmacro %}


{# The periods marked of the sources of a dataflow, in order, of a stock from
   the months that had no file before on; none where a cumulative file replaces
   everything. #}
{% macro marked_periods() %}
    {%- set own = definition() -%}
    {%- set marked = marks() -%}
    {%- set first = contracts()[own.sources[0]] -%}
    {%- set periods = [] -%}
    {%- for id in source_contracts(own) -%}
        {%- if contracts()[id].coverage != "cumulative" -%}
            {%- do periods.extend(marked.get(id, [])) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for id in contracts_of(first.fact)
        if id in own.sources and id in marked
        and contracts()[id].coverage == "cumulative" -%}
        {{- return(none) -}}
    {%- endfor -%}
    {%- if periods and own.stock_flow == "stock" -%}
        {%- do periods.append(
            first_period_after(first.fact, periods | min)
        ) -%}
    {%- endif -%}
    {{- return(periods | unique | sort) -}}
{% endmacro %}


{# The month after the last one before `period` of which a harmonised table
   holds rows: where a stock that `period` changes begins to change; `period`
   itself where there is none. #}
{% macro first_period_after(fact, period) %}
    {%- set last = last_period_before(fact, period) | trim -%}
    {%- if last | length != 7 or period | length != 7 -%}
        {{- return(period) -}}
    {%- endif -%}
    {{- return(months_between(last, period)[1]) -}}
{% endmacro %}


{# The last period before `period` of which a harmonised table holds rows; a
   text before all periods where there is none. #}
{% macro last_period_before(fact, period) -%}
    {{- run_query(
        "select coalesce(max(period), '') from "
        ~ relation_of("harmonised", fact) ~ " where period < '" ~ period ~ "'"
    ).rows[0][0] -}}
{%- endmacro %}


{# Replace whole periods: delete what is affected, then insert what now is. #}
{% macro get_incremental_affected_periods_sql(arg_dict) %}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted")
        | join(", ") -%}
    delete from {{ arg_dict["target_relation"] }}
    where
        {% if "indicators" not in model.fqn -%}
        {{ affected_rows(model.name) }}
        {%- else -%}
        {{ replaced_observations() }}
        {%- endif %};

    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict["temp_relation"] }};
{% endmacro %}

{# Months, quarters and years of one dataflow. Its cells stand in base periods,
   those in which its first source is received (freq of its definition). A span
   is a period for which observations are made: each base period, and as its
   time_aggregation says the quarters and years that they make up:

       end_of_period  a quarter or a year takes its last base period
       sum            base periods add up, once all of them have come
       mean           the mean of its base periods, once all of them have come
       ratio          as sum: the model divides the sums afterwards
       none           base periods only #}


{# The quarter or the year (freq) that holds a base period; a year in itself. #}
{% macro period_holding(base, freq) %}
    {%- if freq == "A" or base | length == 4 -%}
        {{- return(base[:4]) -}}
    {%- elif "Q" in base -%}
        {{- return(base) -}}
    {%- else -%}
        {{- return("%s-Q%d" % (base[:4], ((base[5:] | int) + 2) // 3)) -}}
    {%- endif -%}
{% endmacro %}


{# The frequencies coarser than the base one for which observations are made. #}
{% macro coarser_frequencies(own) %}
    {%- if own.time_aggregation in (none, "none") or not own.time_aggregation -%}
        {{- return([]) -}}
    {%- endif -%}
    {{- return({"M": ["Q", "A"], "Q": ["A"]}.get(own.freq, [])) -}}
{% endmacro %}


{# The base periods received of a dataflow, of its first source and those of the
   same fact, in order; of a stock the months between them too. A cumulative
   table of aggregates tells its periods itself. A unit test may give its own;
   without, none: it sees base periods alone. #}
{% macro received_periods() %}
    {%- if is_unit_test() or not execute -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set own = definition() -%}
    {%- if counts_cumulative_records(own) -%}
        {{- return(periods_of_cells()) -}}
    {%- endif -%}
    {%- set first = contracts()[own.sources[0]] -%}
    {%- set told_in_rows = first.kind == "aggregates"
        and first.coverage == "cumulative" -%}
    {%- set found = run_query(
        "select distinct " ~ ("time_period" if told_in_rows else "period")
        ~ " from " ~ (
            relation_of("harmonised", first.fact) if told_in_rows
            else source("submission", "current_submission")
        )
        ~ " where " ~ in_list("contract", source_contracts(own, first.fact))
        ~ " order by 1"
    ).columns[0].values() | list -%}
    {%- if found and own.stock_flow == "stock" and own.freq == "M" -%}
        {%- set found = months_between(found[0], found[-1]) -%}
    {%- endif -%}
    {{- return(found) -}}
{% endmacro %}


{# Whether a dataflow counts the records of a register that each file tells from
   its beginning: its periods are those of the records, not of the files. #}
{% macro counts_cumulative_records(own) %}
    {%- set first = contracts().get((own.sources or [""])[0], {}) -%}
    {{- return(
        first.kind == "records" and first.coverage == "cumulative"
    ) -}}
{% endmacro %}


{# The periods that the cells of a dataflow tell, in order: those of the model
   that it reads first. #}
{% macro periods_of_cells() %}
    {%- set cells = graph.nodes[model.depends_on.nodes[0]] -%}
    {{- return(run_query(
        "select distinct time_period from "
        ~ relation_of(cells.schema, cells.name) ~ " order by time_period"
    ).columns[0].values() | list) -}}
{% endmacro %}


{# The spans of a dataflow: base, time_period, freq, the number of base periods
   and the status. The newest month of a national dataflow is provisional (P)
   until the next one confirms it, and with it the quarter and the year that it
   ends, and so is the newest season or year of a register; where the figures of
   a month go on changing (`provisional_months`), as many months are. A period of
   a break is B. #}
{% macro spans(received, own) %}
    {%- set found = [] -%}
    {%- set count = own.provisional_months or 1 -%}
    {%- set unconfirmed = (received | unique | sort)[-count:] -%}
    {%- set confirms = own.kind != "public"
        and (own.freq == "M" or counts_cumulative_records(own)) -%}
    {%- set whole = {"MQ": 3, "MA": 12, "QA": 4} -%}
    {%- for freq in [own.freq] + coarser_frequencies(own) -%}
        {%- set groups = {} -%}
        {%- for base in received -%}
            {%- set held = base if freq == own.freq else period_holding(base, freq) -%}
            {%- do groups.setdefault(held, []).append(base) -%}
        {%- endfor -%}
        {%- for time_period, bases in groups.items() -%}
            {%- set last = bases | max -%}
            {%- if own.breaks and time_period in own.breaks -%}
                {%- set status = "B" -%}
            {%- else -%}
                {%- set status = "P"
                    if confirms and last in unconfirmed else "A" -%}
            {%- endif -%}
            {%- if freq == own.freq -%}
                {%- set taken = bases -%}
            {%- elif own.time_aggregation == "end_of_period" -%}
                {%- set is_end = last[5:] in (
                    ("12", "Q4") if freq == "A" else ("03", "06", "09", "12")
                ) -%}
                {%- set taken = [last] if is_end else [] -%}
            {%- else -%}
                {%- set is_whole = bases | length == whole[own.freq ~ freq] -%}
                {%- set taken = bases if is_whole else [] -%}
            {%- endif -%}
            {%- for base in taken -%}
                {%- do found.append({
                    "base": base,
                    "time_period": time_period,
                    "freq": freq,
                    "base_count": taken | length,
                    "obs_status": status,
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# The periods that a run replaces in a dataflow, every frequency: those marked,
   of a stock all from the first marked one on, and the newest one, whose status
   the next one changes. None: all of them. #}
{% macro replaced_periods() %}
    {%- set own = definition() -%}
    {%- set marked = marked_periods() -%}
    {%- if marked is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set bases = [] -%}
    {%- if marked -%}
        {%- set received = received_periods() -%}
        {%- set newest = run_query(
            "select max(time_period) from " ~ this
            ~ " where freq = '" ~ own.freq ~ "'"
        ).rows[0][0] -%}
        {%- set known = received + ([newest] if newest else []) -%}
        {%- if own.stock_flow == "stock" and own.freq == "M" and known -%}
            {%- do bases.extend(months_between(
                marked | min, [marked | max, known | max] | max
            )) -%}
        {%- else -%}
            {%- do bases.extend(marked) -%}
        {%- endif -%}
        {%- do bases.extend([newest] if newest else []) -%}
        {%- do bases.extend([received | max] if received else []) -%}
    {%- endif -%}
    {%- set replaced = bases | unique | list -%}
    {%- for freq in coarser_frequencies(own) -%}
        {%- for base in bases -%}
            {%- do replaced.append(period_holding(base, freq)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(replaced | unique | sort) -}}
{% endmacro %}


{# The spans that a run makes. #}
{% macro affected_spans() %}
    {%- set all_spans = spans(received_periods() or [], definition()) -%}
    {%- if not is_incremental() -%}
        {{- return(all_spans) -}}
    {%- endif -%}
    {%- set replaced = replaced_periods() -%}
    {%- if replaced is none -%}
        {{- return(all_spans) -}}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for span in all_spans if span.time_period in replaced -%}
        {%- do found.append(span) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# The spans as rows, one for each base period of each. #}
{% macro span_rows(cells) %}
    {%- if received_periods() is none %}
    select distinct
        time_period as base_period,
        time_period,
        '{{ definition().freq }}' as freq,
        1 as base_count,
        'A' as obs_status
    from {{ cells }}
    {%- else %}
    {%- for span in affected_spans() %}
    select
        '{{ span.base }}' as base_period,
        '{{ span.time_period }}' as time_period,
        '{{ span.freq }}' as freq,
        {{ span.base_count }} as base_count,
        '{{ span.obs_status }}' as obs_status
    {{ "union all" if not loop.last }}
    {%- else %}
    select
        '' as base_period,
        '' as time_period,
        '' as freq,
        0 as base_count,
        '' as obs_status
    where 1 = 0
    {%- endfor %}
    {%- endif %}
{% endmacro %}

{# The current records of a contract: the rows of raw whose part is current,
   with the contract and the period of their submission. #}
{% macro current_rows(contract) %}
    select
        current_part.contract,
        current_part.period,
        received.submission_id,
        received.part,
        received.line_number,
        {%- for column in contracts()[contract].columns %}
        received.{{ adapter.quote(column) }} as {{ column | lower }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ source("raw", contract) }} as received
    inner join {{ source("submission", "current") }} as current_part
        on
            received.submission_id = current_part.submission_id
            and received.part = current_part.part
    where current_part.contract = '{{ contract }}'
{% endmacro %}


{# The records of a contract in every version that counts or once counted, with
   the edition (the period of the file), its version and its receipt. #}
{% macro vintage_rows(contract) %}
    select
        vintage.contract,
        '{{ contracts()[contract].provider }}' as provider,
        vintage.period,
        vintage.version,
        vintage.received_at,
        vintage.submission_id,
        {%- for column in contracts()[contract].columns %}
        received.{{ adapter.quote(column) }} as {{ column | lower }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ source("raw", contract) }} as received
    inner join {{ source("submission", "vintage") }} as vintage
        on
            received.submission_id = vintage.submission_id
            and received.part = vintage.part
    where vintage.contract = '{{ contract }}'
{% endmacro %}


{# A stable id of a source record: its primary key, within its period and part
   where a file tells one period alone. A record without a whole key is told by
   its line. #}
{% macro record_id(contract) %}
    {%- set known = contracts()[contract] -%}
    {%- set pieces = known.key | map("lower") | list or ["line_number"] -%}
    {%- if known.coverage != "cumulative" -%}
        {%- set pieces = ["period", "part"] + pieces -%}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- for piece in pieces -%}
        {%- do texts.append("coalesce(cast(" ~ piece ~ " as text), '')") -%}
    {%- endfor -%}
    {%- set missing = [] -%}
    {%- for piece in known.key | map("lower") -%}
        {%- do missing.append(piece ~ " is null") -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- do texts.append(
            "case when " ~ missing | join(" or ")
            ~ " then cast(line_number as text) else '' end"
        ) -%}
    {%- endif -%}
    {{ dbt.hash(texts | join(" || '|' || ")) }}
{%- endmacro %}

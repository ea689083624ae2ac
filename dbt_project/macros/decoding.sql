{# The codes of a fact that a correction in force touches, such as citizenship:
   only they are looked up among corrections. While parsing, all of them; a unit
   test says which by overriding this macro. #}
{% macro corrected_codes(fact) %}
    {% if not execute %}
        {{ return(facts()[fact].codes.keys() | list) }}
    {% endif %}
    {% if is_unit_test() %}
        {{ return([]) }}
    {% endif %}
    {% set found = run_query(
        "select distinct column_name from "
        ~ relation_of("harmonised", "correction_in_force")
        ~ " where " ~ in_list("contract", contracts_of(fact))
    ) %}
    {{- return(found.columns[0].values() | list) -}}
{% endmacro %}


{# The code by which a source code is decoded: the corrected one where a
   correction is in force, else the source's own. #}
{% macro corrected_code(relation, name, is_corrected) -%}
    {%- set own = matched_code(relation ~ "." ~ name ~ "_source_code") -%}
    {%- if is_corrected -%}
        coalesce({{ name }}_correction.corrected_code, {{ own }})
    {%- else -%}
        {{ own }}
    {%- endif -%}
{%- endmacro %}


{# The rows of `relation` with a code of the common list beside every source
   code: the one place where codes are corrected and decoded. At most one
   correction is in force for a source code of a submission, and at most one
   correspondence is valid for it on a day, so no row is lost or doubled; what
   no correspondence knows is _U. #}
{% macro decoded(fact, relation) %}
    {%- set codes = facts()[fact].codes -%}
    {%- set told = told_columns(fact) -%}
    {%- set corrected = corrected_codes(fact) -%}
    {%- set at = relation ~ ".period" -%}
    {%- if "time_period" in facts()[fact].columns -%}
        {%- set at = "coalesce(" ~ relation ~ ".time_period, " ~ at ~ ")" -%}
    {%- endif -%}
    {%- set day = first_day(at) -%}
    select
        {{ relation }}.*
        {%- for name in codes %},
        {%- if name ~ "_source_code" not in told %}
        '{{ facts()[fact].missing }}' as {{ name }}_code
        {%- else %}
        coalesce(
            {{ name }}_correspondence.code,
            {%- if name == "occupation" and fact in facts_with_titles() %}
            coded_title.code,
            {%- endif %}
            case
                when {{ relation }}.{{ name }}_source_code is null
                    then '{{ facts()[fact].missing }}'
                else '_U'
            end
        ) as {{ name }}_code
        {%- endif %}
        {%- endfor %}
        {%- if fact in facts_with_titles() and "occupation" not in codes %},
        case
            when {{ relation }}.occupation_text is null
                then '{{ facts()[fact].missing }}'
            else coalesce(coded_title.code, '_U')
        end as occupation_code
        {%- endif %}
        {%- if fact in facts_with_titles() %},
        coded_title.score as occupation_score
        {%- endif %}
    from {{ relation }}
    {%- if fact in facts_with_titles() %}
    left join {{ source("codes", "coded_title") }} as coded_title
        on
            {{ title_hash(relation ~ ".occupation_text") }}
            = coded_title.title_hash
    {%- endif %}
    {%- for name, variable in codes.items()
        if name ~ "_source_code" in told %}
    {%- if name in corrected %}
    left join {{ ref("correction_in_force") }} as {{ name }}_correction
        on
            {{ relation }}.submission_id = {{ name }}_correction.submission_id
            and {{ name }}_correction.column_name = '{{ name }}'
            and {{ matched_code(relation ~ "." ~ name ~ "_source_code") }}
            = {{ name }}_correction.source_code
    {%- endif %}
    {%- set joined = name ~ "_correspondence" %}
    left join {{ ref("correspondence") }} as {{ joined }}
        on
            {{ joined }}.variable = '{{ variable }}'
            and {{ relation }}.provider = {{ joined }}.provider
            and {{ corrected_code(relation, name, name in corrected) }}
            = {{ joined }}.source_code
            and {{ day }} >= {{ joined }}.valid_from
            and {{ day }} < {{ joined }}.valid_to
    {%- endfor %}
{% endmacro %}


{# The facts that have job titles in words, which the build codes. #}
{% macro facts_with_titles() %}
    {% set found = [] %}
    {% for fact, told in facts().items()
        if "occupation_text" in told.columns %}
        {% do found.append(fact) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# A title as codes.coded_title knows it. #}
{% macro title_hash(text) -%}
    {{ dbt.hash("upper(trim(" ~ text ~ "))") }}
{%- endmacro %}

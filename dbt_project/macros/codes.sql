{# A source code as it is compared: trimmed, in capitals, without what changes no
   meaning (folded_characters); warehouse/source_code.py does the same. Most
   codes are plain ASCII, and translating them is slow. #}
{% macro matched_code(text) -%}
    {%- set characters = folded_characters() -%}
    {%- set from = characters["from"] | replace("'", "''") -%}
    {%- set to = characters["to"] | replace("'", "''") -%}
    {%- set folded = namespace(
        sql="translate(" ~ text ~ ", '" ~ from ~ "', '" ~ to ~ "')"
    ) -%}
    {%- for character, letters in characters["several"].items() -%}
        {%- set folded.sql = "replace(" ~ folded.sql ~ ", '" ~ character
            ~ "', '" ~ letters ~ "')" -%}
    {%- endfor -%}
    case
        when
            octet_length({{ text }}) = length({{ text }})
            {%- for blank in ["  ", "\t", "\n", "\r"] %}
            and {{ text }} not like '%{{ blank }}%'
            {%- endfor %}
            then upper(trim({{ text }}))
        else {{ with_single_blanks("upper(" ~ folded.sql ~ ")") }}
    end
{%- endmacro %}


{# Runs of blanks made one, and none outside. The mark is a zero-width space,
   which no folded text holds: 'a  b' is 'a |b' once '| ' is taken away. #}
{% macro with_single_blanks(text) -%}
    {%- set mark = "\u200b" -%}
    trim(replace(replace(replace(
        {{ text }}, ' ', ' {{ mark }}'), '{{ mark }} ', ''), ' {{ mark }}', ' '
    ))
{%- endmacro %}


{# Every code of a list with its ancestor at `level`, or itself where it stands
   at that level or above (e.g. activity 47 with its section G). #}
{% macro codes_at_level(code_list, level) %}
    select
        code_list.code,
        case
            when cast(code_list.level as integer) <= {{ level }} then code_list.code
            when cast(parent.level as integer) <= {{ level }} then parent.code
            when cast(grandparent.level as integer) <= {{ level }}
                then grandparent.code
            else great_grandparent.code
        end as ancestor_code
    from {{ ref(code_list) }} as code_list
    left join {{ ref(code_list) }} as parent
        on code_list.parent_code = parent.code
    left join {{ ref(code_list) }} as grandparent
        on parent.parent_code = grandparent.code
    left join {{ ref(code_list) }} as great_grandparent
        on grandparent.parent_code = great_grandparent.code
{% endmacro %}


{# Every code of cl_area with its group of citizenships: the M49 sub-region of a
   country; Moroccans, and who is of no country, stand for themselves. #}
{% macro citizenship_groups() %}
    select
        code,
        case
            when code = 'MA' then code else coalesce(ancestor_code, code)
        end as group_code
    from ({{ codes_at_level("cl_area", 2) }}) as area
{% endmacro %}


{# The code of cl_citizenship_status of a citizenship. #}
{% macro citizenship_status_code(citizenship) -%}
    case
        when {{ citizenship }} = 'MA' then 'NATIONAL'
        when {{ is_foreign(citizenship) }} then 'FOREIGN'
        else '_U'
    end
{%- endmacro %}


{# That none of the codes of an aggregate is a total, which a source may tell
   beside its parts. #}
{% macro no_totals(relation, names) -%}
    {%- for name in names %}
        {{ relation }}.{{ name }}_code <> '_T'
        {{- " and" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# {'citizenship_code': 'cl_area'} for a fact, {'citizenship': 'cl_area'} for a
   dataflow. A variable is called as its list, without the prefix cl_. #}
{% macro code_lists_of(name) %}
    {% set lists = {} %}
    {% for column, variable in facts().get(name, {}).get("codes", {}).items() %}
        {% do lists.update({column ~ "_code": "cl_" ~ variable}) %}
    {% endfor %}
    {% if name in facts_with_titles() %}
        {% do lists.update({"occupation_code": "cl_occupation"}) %}
    {% endif %}
    {% if name not in facts() %}
        {% for dimension in definition_of(name).dimensions %}
            {% do lists.update({dimension.id: dimension.code_list}) %}
        {% endfor %}
        {% do lists.update({
            "obs_status": "cl_obs_status",
            "freq": "cl_freq",
            "unit_measure": "cl_unit",
        }) %}
    {% endif %}
    {{- return(lists) -}}
{% endmacro %}

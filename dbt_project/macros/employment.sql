{# The pseudonyms by which a source knows a worker and an employer, the most
   reliable first. #}
{% macro worker_id(relation) -%}
    coalesce(
        {{ relation }}.cnss_number_pseudonym,
        {{ relation }}.cin_pseudonym,
        {{ relation }}.residence_title_pseudonym,
        {{ relation }}.passport_pseudonym,
        {{ relation }}.record_id
    )
{%- endmacro %}


{% macro employer_id(relation) -%}
    coalesce(
        {{ relation }}.affiliate_pseudonym, {{ relation }}.ice_pseudonym, ''
    )
{%- endmacro %}


{# The first of two codes that is known. #}
{% macro known_code(first, second) -%}
    case
        when {{ first }} = '_U' then coalesce({{ second }}, '_U')
        else {{ first }}
    end
{%- endmacro %}


{# One value of a column for several records of one thing: amounts add up, a
   flag is true if one is; what no source tells is null. #}
{% macro combined(column, type, is_told) -%}
    {%- if not is_told -%}
        cast(null as {{ type }})
    {%- elif type == "bigint" -%}
        cast(sum({{ column }}) as bigint)
    {%- elif type == "boolean" -%}
        max(case when {{ column }} then 1 else 0 end) = 1
    {%- else -%}
        max({{ column }})
    {%- endif -%}
{%- endmacro %}

{# Full years on the last day of a month, of a person of whom the month of
   birth is known. No day is needed: on the last day of a month everybody born
   in that month has had the birthday (29 February counts on the 28th). #}
{% macro age_at_month_end(birth_month, month) -%}
    cast(left({{ month }}, 4) as integer)
    - cast(left({{ birth_month }}, 4) as integer)
    - case
        when right({{ birth_month }}, 2) > right({{ month }}, 2) then 1
        else 0
    end
{%- endmacro %}


{# The band of cl_age that holds an age. #}
{% macro age_code(age) -%}
    case
        when {{ age }} < 0 then '_U'
        when {{ age }} < 15 then 'Y_LT15'
        when {{ age }} < 25 then 'Y15T24'
        when {{ age }} < 35 then 'Y25T34'
        when {{ age }} < 45 then 'Y35T44'
        when {{ age }} < 55 then 'Y45T54'
        when {{ age }} < 65 then 'Y55T64'
        when {{ age }} >= 65 then 'Y_GE65'
        else '_U'
    end
{%- endmacro %}

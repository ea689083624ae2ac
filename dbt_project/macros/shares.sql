{# What part is of a whole, in percent to one decimal; null of an empty whole. #}
{% macro share(part, whole) -%}
    round(cast(100 * {{ part }} as numeric) / nullif({{ whole }}, 0), 1)
{%- endmacro %}


{# The persons on whom a share rests. Who knows the whole finds the part, and the
   rest, by the share: it rests on the smaller of the two, and on all where there
   is one of them alone. #}
{% macro share_contributors(part, whole) -%}
    case
        when {{ part }} in (0, {{ whole }}) then {{ whole }}
        else least({{ part }}, {{ whole }} - {{ part }})
    end
{%- endmacro %}

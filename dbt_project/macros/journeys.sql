{# The stages of a journey in their order: the codes of level 1 of
   cl_journey_step. The detailed steps within a stage have no order. #}
{% macro journey_stages() %}
    {{- return([
        "RECEPTION", "DIAGNOSIS", "PREPARATION", "INSERTION", "FOLLOW_UP",
    ]) -}}
{% endmacro %}


{# The number of a stage, from 1; null for what is none. #}
{% macro stage_number(stage_code) -%}
    case {{ stage_code }}
        {%- for stage in journey_stages() %}
        when '{{ stage }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

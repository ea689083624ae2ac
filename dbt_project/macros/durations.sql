{# The class of cl_duration_class of a contract: an open-ended one lasts twelve
   months or more, whatever length the source tells; of another one a length of
   nought is none. #}
{% macro duration_code(months, contract_type) -%}
    case
        when {{ contract_type }} = 'PERMANENT' then 'M_GE12'
        when {{ months }} <= 0 then '_U'
        when {{ months }} < 3 then 'M_LT3'
        when {{ months }} < 6 then 'M3T5'
        when {{ months }} < 12 then 'M6T11'
        when {{ months }} >= 12 then 'M_GE12'
        else '_U'
    end
{%- endmacro %}

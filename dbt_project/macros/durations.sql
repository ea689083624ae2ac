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


{# The rank of the class of cl_duration_class that holds a stay from one day until
   before another, 1 to 4; null where a day is not known. #}
{% macro stay_class(from_day, to_day) -%}
    case
        when {{ months_after(from_day, 12) }} <= {{ to_day }} then 4
        when {{ months_after(from_day, 6) }} <= {{ to_day }} then 3
        when {{ months_after(from_day, 3) }} <= {{ to_day }} then 2
        when {{ from_day }} <= {{ to_day }} then 1
    end
{%- endmacro %}


{# The code of such a rank. #}
{% macro stay_code(rank) -%}
    case {{ rank }}
        when 4 then 'M_GE12'
        when 3 then 'M6T11'
        when 2 then 'M3T5'
        when 1 then 'M_LT3'
        else '_U'
    end
{%- endmacro %}

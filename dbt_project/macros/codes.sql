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


{# {'citizenship_code': 'cl_area'} for a fact, {'citizenship': 'cl_area'} for a
   dataflow. A variable is called as its list, without the prefix cl_. #}
{% macro code_lists_of(name) %}
    {% set lists = {} %}
    {% for column, variable in facts().get(name, {}).get("codes", {}).items() %}
        {% do lists.update({column ~ "_code": "cl_" ~ variable}) %}
    {% endfor %}
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

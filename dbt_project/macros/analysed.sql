{# Tell the planner what a table now holds: a table just made has no statistics,
   and a join to it may be planned for one row. #}
{% macro analysed(relation) %}
    {% if config.get("materialized") != "view" %}
        {{ adapter.dispatch("analysed", "simimo")(relation) }}
    {% endif %}
{% endmacro %}


{% macro default__analysed(relation) %}
    analyze {{ relation }}
{% endmacro %}


{% macro spark__analysed(relation) %}
    analyze table {{ relation }} compute statistics
{% endmacro %}

{# Schemas are named as the stages are, without dbt's prefix of the target. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {{- custom_schema_name or target.schema -}}
{% endmacro %}

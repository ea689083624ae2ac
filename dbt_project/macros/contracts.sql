{# The id of the contract that a staging model stages: stg_<contract id>. #}
{% macro contract_of(model_name) %}
    {{- return(model_name[4:]) -}}
{% endmacro %}


{# The contracts that feed a fact, such as employment. #}
{% macro contracts_of(fact) %}
    {% set found = [] %}
    {% for id, contract in contracts().items() if contract.fact == fact %}
        {% do found.append(id) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# The staging models that feed a fact. #}
{% macro staging_models(fact) %}
    {% set found = [] %}
    {% for id in contracts_of(fact) %}
        {% do found.append("stg_" ~ id) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# Every provider, and every code variable, that a contract names. #}
{% macro providers() %}
    {{- return(contracts().values() | map(attribute="provider") | unique | sort) -}}
{% endmacro %}


{% macro variables() %}
    {{- return(contracts().values() | map(attribute="variables") | sum(start=[])
        | unique | sort) -}}
{% endmacro %}

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


{# The contracts behind a dataflow's figures, all of them or those of one fact.
   Records of one fact are one population whoever sends them, so that every
   contract of the fact stands behind; what institutions have counted or
   published are different populations, of which a definition names its own. #}
{% macro source_contracts(own, fact=none) %}
    {% set found = [] %}
    {% for id in own.sources if fact in (none, contracts()[id].fact) %}
        {% if contracts()[id].kind == "records" %}
            {% do found.extend(contracts_of(contracts()[id].fact)) %}
        {% else %}
            {% do found.append(id) %}
        {% endif %}
    {% endfor %}
    {{- return(found | unique | list) -}}
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

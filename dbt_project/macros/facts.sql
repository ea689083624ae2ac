{# The harmonised facts, from the files of the folder facts: the columns that their staging models may give, with
   their types, and the code variables decoded (column: variable). A staging
   model that lacks a column gives none of it. `missing` is the code of what a
   source does not tell: unknown of a record, not applicable of an aggregate. #}
{% macro facts() %}
    {% set found = {} %}
    {% for group in (
        cnss_facts(),
        dgsn_facts(),
        anapec_facts(),
        institutions_facts(),
        published_facts(),
        survey_facts(),
    ) %}
        {% do found.update(group) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# Every column of a fact, in order, with its type: keys, own columns, and the
   source codes of its variables. #}
{% macro staged_columns(fact) %}
    {% set columns = {} %}
    {% do columns.update(facts()[fact].columns) %}
    {% for name in facts()[fact].codes %}
        {% do columns.update({name ~ "_source_code": "text"}) %}
    {% endfor %}
    {{- return(columns) -}}
{% endmacro %}


{# The union of every staging model that feeds a fact, of the periods being
   built; what a model lacks is null. #}
{% macro staged(fact) %}
    {%- for name in staging_models(fact) -%}
    {%- set contract = contracts()[contract_of(name)] -%}
    {%- set held = columns_of(name) -%}
    {{ "union all" if not loop.first }}
    select
        contract,
        '{{ contract.provider }}' as provider,
        period,
        record_id,
        submission_id,
        line_number
        {%- for column, type in staged_columns(fact).items() %},
        {%- if column in held %}
        cast({{ column }} as {{ type }}) as {{ column }}
        {%- else %}
        cast(null as {{ type }}) as {{ column }}
        {%- endif %}
        {%- endfor %}
    from {{ ref(name) }}
    where {{ affected_submissions(contract_of(name)) }}
    {% endfor %}
{% endmacro %}


{# The columns that a staging model really has. #}
{% macro columns_of(name) %}
    {% if not execute %}
        {{ return([]) }}
    {% endif %}
    {{- return(
        adapter.get_columns_in_relation(relation_of("staging", name))
        | map(attribute="name") | list
    ) -}}
{% endmacro %}


{# The columns of a fact that a source tells; while parsing, all of them. #}
{% macro told_columns(fact) %}
    {% if not execute %}
        {{ return(staged_columns(fact).keys() | list) }}
    {% endif %}
    {% set told = [] %}
    {% for name in staging_models(fact) %}
        {% do told.extend(columns_of(name)) %}
    {% endfor %}
    {{- return(told) -}}
{% endmacro %}


{# Every code of every fact that a source tells: (fact, name, variable, the
   contracts that tell it). #}
{% macro codes_told() %}
    {% set told = [] %}
    {% for fact in facts() %}
        {% set held = {} %}
        {% for model_name in staging_models(fact) %}
            {% do held.update({contract_of(model_name): columns_of(model_name)}) %}
        {% endfor %}
        {% for name, variable in facts()[fact].codes.items() %}
            {% set telling = [] %}
            {% for contract, columns in held.items()
                if name ~ "_source_code" in columns or not execute %}
                {% do telling.append(contract) %}
            {% endfor %}
            {% if telling %}
                {% do told.append((fact, name, variable, telling)) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{- return(told) -}}
{% endmacro %}


{# A relation by its name alone, for questions that are no dependency. #}
{% macro relation_of(schema, name) %}
    {{- return(api.Relation.create(
        database=target.database, schema=schema, identifier=name
    )) -}}
{% endmacro %}

{# The harmonised facts: the columns that their staging models may give, with
   their types, and the code variables decoded (column: variable). A staging
   model that lacks a column gives none of it. `missing` is the code of what a
   source does not tell: unknown of a record, not applicable of an aggregate. #}
{% macro facts() %}
{{ return({
    "employment": {
        "columns": {
            "cnss_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "passport_pseudonym": "text",
            "residence_title_pseudonym": "text",
            "affiliate_pseudonym": "text",
            "ice_pseudonym": "text",
            "birth_month": "text",
            "is_new_entrant": "boolean",
            "declared_days": "bigint",
            "wage_centimes": "bigint",
            "capped_wage_centimes": "bigint",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "activity": "activity",
            "region": "region",
            "situation": "situation",
        },
        "missing": "_U",
    },
    "insured_person": {
        "columns": {
            "cnss_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "passport_pseudonym": "text",
            "residence_title_pseudonym": "text",
            "birth_month": "text",
            "registered_date": "date",
        },
        "codes": {"sex": "sex", "citizenship": "area"},
        "missing": "_U",
    },
    "employer": {
        "columns": {
            "affiliate_pseudonym": "text",
            "ice_pseudonym": "text",
            "employee_count": "bigint",
            "affiliated_date": "date",
        },
        "codes": {"activity": "activity", "region": "region"},
        "missing": "_U",
    },
    "residence_permit": {
        "columns": {
            "residence_title_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "entry_date": "date",
            "decision_date": "date",
            "valid_from": "date",
            "expiry_date": "date",
            "occupation_text": "text",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "country_of_birth": "area",
            "region": "region",
            "reason": "reason",
            "permit_type": "permit_type",
            "title_status": "title_status",
        },
        "missing": "_U",
    },
    "job_seeker": {
        "columns": {
            "anapec_number_pseudonym": "text",
            "residence_title_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "registered_date": "date",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "region": "region",
            "entry_door": "entry_door",
            "migrant_status": "migrant_status",
            "education": "education",
            "occupation": "occupation",
        },
        "missing": "_U",
    },
    "placement_abroad": {
        "columns": {
            "anapec_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "visa_date": "date",
            "departure_date": "date",
            "return_date": "date",
            "duration_months": "numeric",
        },
        "codes": {
            "sex": "sex",
            "destination": "area",
            "region": "region",
            "occupation": "occupation",
            "activity": "activity",
            "contract_type": "contract_type",
        },
        "missing": "_U",
    },
    "contract_visa": {
        "columns": {
            "visa_file_pseudonym": "text",
            "ice_pseudonym": "text",
            "birth_month": "text",
            "passport_pseudonym": "text",
            "residence_title_pseudonym": "text",
            "occupation_text": "text",
            "duration_months": "numeric",
            "wage_mad": "numeric",
            "is_artist": "boolean",
            "decision_date": "date",
        },
        "codes": {
            "activity": "activity",
            "region": "region",
            "sex": "sex",
            "citizenship": "area",
            "occupation": "occupation",
            "contract_type": "contract_type",
            "application_type": "application_type",
            "labour_market_test": "labour_market_test",
            "visa_decision": "visa_decision",
        },
        "missing": "_U",
    },
    "journey": {
        "columns": {
            "anapec_number_pseudonym": "text",
            "step_number": "bigint",
            "step_date": "date",
        },
        "codes": {
            "journey_segment": "journey_segment",
            "journey_step": "journey_step",
            "entry_door": "entry_door",
            "contact_channel": "contact_channel",
            "adviser_action": "adviser_action",
            "seeker_outcome": "seeker_outcome",
            "region": "region",
        },
        "missing": "_U",
    },
    "placement": {
        "columns": {
            "placement_number_pseudonym": "text",
            "anapec_number_pseudonym": "text",
            "ice_pseudonym": "text",
            "duration_months": "numeric",
            "placement_date": "date",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "activity": "activity",
            "occupation": "occupation",
            "contract_type": "contract_type",
            "region": "region",
        },
        "missing": "_U",
    },
    "seasonal_stay": {
        "columns": {
            "anapec_number_pseudonym": "text",
            "season_year": "bigint",
            "cin_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "arrival_wave": "bigint",
            "employer_area_text": "text",
            "departure_date": "date",
            "return_date": "date",
        },
        "codes": {
            "sex": "sex",
            "region": "region",
            "season_arrival": "season_arrival",
            "destination": "area",
        },
        "missing": "_U",
    },
    "reintegration": {
        "columns": {
            "anapec_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "birth_month": "text",
            "registered_date": "date",
            "business_date": "date",
        },
        "codes": {
            "sex": "sex",
            "region": "region",
            "training_outcome": "training_outcome",
            "business_status": "business_status",
            "activity": "activity",
            "status_6_months": "reintegration_status",
            "status_12_months": "reintegration_status",
        },
        "missing": "_U",
    },
    "association": {
        "columns": {
            "item_number": "bigint",
            "association_number": "text",
            "association_name": "text",
            "area_text": "text",
            "has_agreement": "boolean",
            "agreement_date": "date",
            "contact_point": "text",
            "updated_date": "date",
        },
        "codes": {
            "region": "region",
            "service": "service",
            "language": "language",
            "target_group": "target_group",
        },
        "missing": "_Z",
    },
    "published_statistic": {
        "columns": {
            "measure": "text",
            "time_period": "text",
            "obs_value": "numeric",
        },
        "codes": {
            "ref_area": "area",
            "counterpart_area": "area",
            "citizenship": "area",
            "sex": "sex",
            "age": "age",
            "activity": "activity",
            "reason": "reason",
            "permit_type": "permit_type",
            "application_type": "application_type",
            "leave_category": "leave_category",
            "obs_status": "obs_status",
        },
        "missing": "_Z",
    },
    "population": {
        "columns": {"time_period": "text", "population": "bigint"},
        "codes": {"region": "region"},
        "missing": "_U",
    },
    "border_crossing": {
        "columns": {"crossing_count": "bigint"},
        "codes": {
            "border_post": "border_post",
            "citizenship": "area",
            "direction": "direction",
            "transport_mode": "transport_mode",
            "reason": "reason",
        },
        "missing": "_U",
    },
    "foreign_population": {
        "columns": {"time_period": "text", "person_count": "bigint"},
        "codes": {
            "citizenship": "area",
            "sex": "sex",
            "age": "age",
            "region": "region",
            "education": "education",
            "field_of_study": "field_of_study",
            "protection_status": "protection_status",
        },
        "missing": "_Z",
    },
    "prosecution_case": {
        "columns": {
            "time_period": "text",
            "case_count": "bigint",
            "victim_count": "bigint",
        },
        "codes": {
            "case_type": "case_type",
            "case_outcome": "case_outcome",
            "sex": "sex",
            "age": "age",
            "citizenship": "area",
        },
        "missing": "_Z",
    },
    "remittance": {
        "columns": {"time_period": "text", "amount_mad": "numeric"},
        "codes": {"sending_country": "area", "obs_status": "obs_status"},
        "missing": "_U",
    },
    "consular_registration": {
        "columns": {
            "consular_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "registered_date": "date",
            "consulate_name": "text",
            "occupation_text": "text",
        },
        "codes": {"sex": "sex", "country_of_residence": "area"},
        "missing": "_U",
    },
    "regularisation_request": {
        "columns": {
            "file_number_pseudonym": "text",
            "passport_pseudonym": "text",
            "birth_month": "text",
            "requested_date": "date",
            "decision_date": "date",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "region": "region",
            "regularisation_decision": "regularisation_decision",
        },
        "missing": "_U",
    },
    "prior_learning": {
        "columns": {
            "file_number_pseudonym": "text",
            "cin_pseudonym": "text",
            "birth_month": "text",
            "decision_date": "date",
        },
        "codes": {
            "sex": "sex",
            "citizenship": "area",
            "occupation": "occupation",
            "country_of_experience": "area",
            "training_outcome": "training_outcome",
        },
        "missing": "_U",
    },
}) }}
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


{# The codes of a fact that a correction in force touches, such as citizenship:
   only they are looked up among corrections. While parsing, all of them; a unit
   test says which by overriding this macro. #}
{% macro corrected_codes(fact) %}
    {% if not execute %}
        {{ return(facts()[fact].codes.keys() | list) }}
    {% endif %}
    {% if is_unit_test() %}
        {{ return([]) }}
    {% endif %}
    {% set found = run_query(
        "select distinct column_name from "
        ~ relation_of("harmonised", "correction_in_force")
        ~ " where " ~ in_list("contract", contracts_of(fact))
    ) %}
    {{- return(found.columns[0].values() | list) -}}
{% endmacro %}


{# The code by which a source code is decoded: the corrected one where a
   correction is in force, else the source's own. #}
{% macro corrected_code(relation, name, is_corrected) -%}
    {%- set own = matched_code(relation ~ "." ~ name ~ "_source_code") -%}
    {%- if is_corrected -%}
        coalesce({{ name }}_correction.corrected_code, {{ own }})
    {%- else -%}
        {{ own }}
    {%- endif -%}
{%- endmacro %}


{# The rows of `relation` with a code of the common list beside every source
   code: the one place where codes are corrected and decoded. At most one
   correction is in force for a source code of a submission, and at most one
   correspondence is valid for it on a day, so no row is lost or doubled; what
   no correspondence knows is _U. #}
{% macro decoded(fact, relation) %}
    {%- set codes = facts()[fact].codes -%}
    {%- set told = told_columns(fact) -%}
    {%- set corrected = corrected_codes(fact) -%}
    {%- set at = relation ~ ".period" -%}
    {%- if "time_period" in facts()[fact].columns -%}
        {%- set at = "coalesce(" ~ relation ~ ".time_period, " ~ at ~ ")" -%}
    {%- endif -%}
    {%- set day = first_day(at) -%}
    select
        {{ relation }}.*
        {%- for name in codes %},
        {%- if name ~ "_source_code" not in told %}
        '{{ facts()[fact].missing }}' as {{ name }}_code
        {%- else %}
        coalesce(
            {{ name }}_correspondence.code,
            {%- if name == "occupation" and fact in facts_with_titles() %}
            coded_title.code,
            {%- endif %}
            case
                when {{ relation }}.{{ name }}_source_code is null
                    then '{{ facts()[fact].missing }}'
                else '_U'
            end
        ) as {{ name }}_code
        {%- endif %}
        {%- endfor %}
        {%- if fact in facts_with_titles() and "occupation" not in codes %},
        case
            when {{ relation }}.occupation_text is null
                then '{{ facts()[fact].missing }}'
            else coalesce(coded_title.code, '_U')
        end as occupation_code
        {%- endif %}
        {%- if fact in facts_with_titles() %},
        coded_title.score as occupation_score
        {%- endif %}
    from {{ relation }}
    {%- if fact in facts_with_titles() %}
    left join {{ source("codes", "coded_title") }} as coded_title
        on
            {{ title_hash(relation ~ ".occupation_text") }}
            = coded_title.title_hash
    {%- endif %}
    {%- for name, variable in codes.items()
        if name ~ "_source_code" in told %}
    {%- if name in corrected %}
    left join {{ ref("correction_in_force") }} as {{ name }}_correction
        on
            {{ relation }}.submission_id = {{ name }}_correction.submission_id
            and {{ name }}_correction.column_name = '{{ name }}'
            and {{ matched_code(relation ~ "." ~ name ~ "_source_code") }}
            = {{ name }}_correction.source_code
    {%- endif %}
    {%- set joined = name ~ "_correspondence" %}
    left join {{ ref("correspondence") }} as {{ joined }}
        on
            {{ joined }}.variable = '{{ variable }}'
            and {{ relation }}.provider = {{ joined }}.provider
            and {{ corrected_code(relation, name, name in corrected) }}
            = {{ joined }}.source_code
            and {{ day }} >= {{ joined }}.valid_from
            and {{ day }} < {{ joined }}.valid_to
    {%- endfor %}
{% endmacro %}


{# The facts that have job titles in words, which the build codes. #}
{% macro facts_with_titles() %}
    {% set found = [] %}
    {% for fact, told in facts().items()
        if "occupation_text" in told.columns %}
        {% do found.append(fact) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{# A title as codes.coded_title knows it. #}
{% macro title_hash(text) -%}
    {{ dbt.hash("upper(trim(" ~ text ~ "))") }}
{%- endmacro %}


{# The pseudonyms by which a source knows a worker and an employer, the most
   reliable first. #}
{% macro worker_id(relation) -%}
    coalesce(
        {{ relation }}.cnss_number_pseudonym,
        {{ relation }}.cin_pseudonym,
        {{ relation }}.residence_title_pseudonym,
        {{ relation }}.passport_pseudonym,
        {{ relation }}.record_id
    )
{%- endmacro %}


{% macro employer_id(relation) -%}
    coalesce(
        {{ relation }}.affiliate_pseudonym, {{ relation }}.ice_pseudonym, ''
    )
{%- endmacro %}


{# The first of two codes that is known. #}
{% macro known_code(first, second) -%}
    case
        when {{ first }} = '_U' then coalesce({{ second }}, '_U')
        else {{ first }}
    end
{%- endmacro %}


{# One value of a column for several records of one thing: amounts add up, a
   flag is true if one is; what no source tells
   is null. #}
{% macro combined(column, type, is_told) -%}
    {%- if not is_told -%}
        cast(null as {{ type }})
    {%- elif type == "bigint" -%}
        cast(sum({{ column }}) as bigint)
    {%- elif type == "boolean" -%}
        max(case when {{ column }} then 1 else 0 end) = 1
    {%- else -%}
        max({{ column }})
    {%- endif -%}
{%- endmacro %}

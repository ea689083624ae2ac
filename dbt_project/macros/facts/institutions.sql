{# The facts of the other institutions; macros/facts.sql says what an entry tells. #}
{% macro institutions_facts() %}
{{ return({
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

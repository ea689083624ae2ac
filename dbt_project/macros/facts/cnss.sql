{# The facts of CNSS; macros/facts.sql says what an entry tells. #}
{% macro cnss_facts() %}
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
}) }}
{% endmacro %}

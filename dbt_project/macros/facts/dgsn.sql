{# The facts of DGSN; macros/facts.sql says what an entry tells. #}
{% macro dgsn_facts() %}
{{ return({
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
}) }}
{% endmacro %}

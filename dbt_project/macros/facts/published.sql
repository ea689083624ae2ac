{# The facts that HCP and others publish; macros/facts.sql says what an entry tells. #}
{% macro published_facts() %}
{{ return({
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
}) }}
{% endmacro %}

{# Dataflows of the survey: its estimates, one row a statistic, in the dimensions
   of the model's definition. #}

{# The code of a dimension, from the column that an estimate is broken down by. #}
{% macro survey_dimension(id) -%}
    {%- set breakdowns = {
        "ref_area": "region",
        "age": "age_band",
    } -%}
    {%- if id == "counterpart_area" -%}
        case when breakdown = 'corridor' then {{ corridor_part(1) }} else '_T' end
    {%- elif id == "destination" -%}
        case
            when breakdown = 'corridor' then {{ corridor_part(2) }}
            when breakdown = 'abroad_country' then code
            else '_T'
        end
    {%- else -%}
        case
            when breakdown = '{{ breakdowns.get(id, id) }}' then code else '_T'
        end
    {%- endif -%}
{%- endmacro %}


{# The country of origin (1) or of the job (2) of a corridor such as SN-MA. #}
{% macro corridor_part(place) -%}
    coalesce(nullif({{ dbt.split_part("code", "'-'", place) }}, ''), '_U')
{%- endmacro %}


{# Estimates (see `survey_estimates`) as one row a statistic. A figure that may
   not be told, for its error is too large or not known, is withheld (Q) with its
   interval; how uncertain it is, and of how many persons, is told. A figure of
   low reliability is U. #}
{% macro survey_statistics(relation) %}
    {%- for code, column in {
        "EST": "value",
        "SE": "standard_error",
        "LOWER": "lower",
        "UPPER": "upper",
        "CV": "100 * cv",
        "DEFF": "design_effect",
        "N": "respondent_count",
    }.items() %}
    select
        {{ relation }}.*,
        '{{ code }}' as statistic,
        {{ column }} as statistic_value,
        {%- if code in ("EST", "SE", "LOWER", "UPPER") %}
        case quality
            when 'withheld' then 'Q' when 'flagged' then 'U' else 'A'
        end as obs_status
        {%- else %}
        'A' as obs_status
        {%- endif %}
    from {{ relation }}
    {%- if code in ("CV", "DEFF") %}
    where {{ column }} is not null
    {%- elif code != "N" %}
    where {{ column }} is not null or quality = 'withheld'
    {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{% endmacro %}


{# Statistics (see above) as observations of the model's dataflow, each in the
   unit of its code: that of the statistic, else of the measure, else of all. #}
{% macro survey_observations(relation) %}
    {%- if execute -%}
    {%- set own = definition() -%}
    {%- set told = own.dimensions | map(attribute="id") | list -%}
    select
        '{{ own.id }}' as dataflow,
        '{{ own.freq }}' as freq,
        {%- for id in told %}
        {%- if id in ("measure", "statistic", "category", "duration") %}
        {{ id }},
        {%- else %}
        {{ survey_dimension(id) }} as {{ id }},
        {%- endif %}
        {%- endfor %}
        period as time_period,
        cast(statistic_value as numeric) as obs_value,
        cast(respondent_count as bigint) as obs_count,
        obs_status,
        {{ survey_unit(own, told, "unit_measure") }} as unit_measure,
        {{ survey_unit(own, told, "decimals") }} as decimals
    from {{ relation }}
    {%- else -%}
    select * from {{ relation }}
    {%- endif -%}
{% endmacro %}


{# The unit, or its decimals, of a row's statistic or measure. #}
{% macro survey_unit(own, told, name) -%}
    {%- set quote = "'" if name == "unit_measure" else "" -%}
    case
        {%- for id in ("statistic", "measure") if id in told %}
        {%- for code, unit in own.units.items() %}
        when {{ id }} = '{{ code }}' then {{ quote }}{{ unit[name] }}{{ quote }}
        {%- endfor %}
        {%- endfor %}
        else {{ quote }}{{ own[name] }}{{ quote }}
    end
{%- endmacro %}


{# The estimates of these measures, of the breakdowns of the model's dimensions.
   They rest on the survey's harmonised tables, which the build reads between. #}
{% macro survey_estimates(measures) %}
    {%- if execute -%}
    {%- set told = definition().dimensions | map(attribute="id") | list -%}
    {%- set named = {
        "ref_area": "region",
        "age": "age_band",
        "counterpart_area": "corridor",
    } -%}
    {%- set breakdowns = ["_T"] -%}
    {%- for id in told -%}
        {%- do breakdowns.append(named.get(id, id)) -%}
    {%- endfor -%}
    {%- if "destination" in told and "counterpart_area" not in told -%}
        {%- do breakdowns.append("abroad_country") -%}
    {%- endif -%}
    select
        period,
        measure as estimated_measure,
        scope,
        with_outliers,
        breakdown,
        code,
        value,
        standard_error,
        lower,
        upper,
        cv,
        design_effect,
        "count" as respondent_count,
        quality
    from {{ source("survey", "estimate") }}
    where
        {{ in_list("measure", measures) }}
        and {{ in_list("breakdown", breakdowns) }}
    {%- else -%}
    select * from {{ source("survey", "estimate") }}
    {%- endif -%}
{% endmacro %}


{# The code of a measure of recruitment: with a suffix for seasonal work, and for
   figures without flagged outliers. #}
{% macro recruitment_measure() -%}
    estimated_measure
    || case scope when 'seasonal' then '_SEASONAL' else '' end
    || case when with_outliers then '' else '_X' end
{%- endmacro %}

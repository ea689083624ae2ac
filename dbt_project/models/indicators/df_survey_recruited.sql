-- depends_on: {{ ref("survey_unit") }}
-- depends_on: {{ ref("survey_household") }}
-- depends_on: {{ ref("survey_person") }}
-- depends_on: {{ ref("survey_recruitment") }}
with estimates as (

    {{ survey_estimates(["PERSONS", "ZERO_COST"]) }}

),

coded as (

    select
        *,
        {{ recruitment_measure() }} as measure
    from estimates

),

statistics as (

    {{ survey_statistics("coded") }}

),

observations as (

    {{ survey_observations("statistics") }}

)

select * from observations

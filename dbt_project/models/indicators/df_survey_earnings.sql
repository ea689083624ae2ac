-- depends_on: {{ ref("survey_unit") }}
-- depends_on: {{ ref("survey_household") }}
-- depends_on: {{ ref("survey_person") }}
with estimates as (

    {{ survey_estimates(["MEAN", "Q1", "MEDIAN", "Q3"]) }}

),

coded as (

    select
        *,
        scope as category,
        estimated_measure as measure
    from estimates

),

statistics as (

    {{ survey_statistics("coded") }}

),

observations as (

    {{ survey_observations("statistics") }}

)

select * from observations

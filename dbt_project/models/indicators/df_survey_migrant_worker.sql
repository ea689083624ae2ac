-- depends_on: {{ ref("survey_unit") }}
-- depends_on: {{ ref("survey_household") }}
-- depends_on: {{ ref("survey_person") }}
-- depends_on: {{ ref("survey_worker") }}
with estimates as (

    {{ survey_estimates(["IMW", "IMW_RES", "IMW_NRES"]) }}

),

coded as (

    select
        *,
        estimated_measure as category
    from estimates

),

statistics as (

    {{ survey_statistics("coded") }}

),

observations as (

    {{ survey_observations("statistics") }}

)

select * from observations

-- depends_on: {{ ref("survey_unit") }}
-- depends_on: {{ ref("survey_household") }}
-- depends_on: {{ ref("survey_person") }}
-- depends_on: {{ ref("survey_returnee") }}
with estimates as (

    {{ survey_estimates(["RMW", "RMW_5Y", "RMW_12M"]) }}

),

coded as (

    select
        *,
        case estimated_measure
            when 'RMW_5Y' then 'Y_LT5' when 'RMW_12M' then 'M_LT12' else '_T'
        end as duration
    from estimates

),

statistics as (

    {{ survey_statistics("coded") }}

),

observations as (

    {{ survey_observations("statistics") }}

)

select * from observations

with prior_learning as (

    select * from {{ ref("prior_learning") }}
    where {{ affected_observations("period") }}

),

continent as (

    {{ codes_at_level("cl_area", 1) }}

),

cells as (

    select
        prior_learning.period as time_period,
        case
            when prior_learning.citizenship_code in ('MA', '_U')
                then prior_learning.citizenship_code
            else 'FOR'
        end as citizenship,
        prior_learning.sex_code as sex,
        prior_learning.occupation_code as occupation,
        prior_learning.training_outcome_code as status,
        case
            when prior_learning.country_of_experience_code = 'MA' then 'MA'
            else coalesce(continent.ancestor_code, '_U')
        end as counterpart_area,
        count(*) as decision_count
    from prior_learning
    left join continent
        on prior_learning.country_of_experience_code = continent.code
    group by 1, 2, 3, 4, 5, 6

),

rolled_up as (

    {{ rolled_up("cells", ["decision_count"]) }}

),

observations as (

    {{ observations("rolled_up", "decision_count", "decision_count") }}

)

select * from observations

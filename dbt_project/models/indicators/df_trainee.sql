with foreign_population as (

    select * from {{ ref("foreign_population") }}
    where
        contract = 'ofppt_foreign_trainees'
        and {{ affected_observations("period") }}

),

cells as (

    select
        period as time_period,
        citizenship_code as citizenship,
        sex_code as sex,
        education_code as education,
        field_of_study_code as field_of_study,
        sum(person_count) as person_count
    from foreign_population
    where
        time_period = period
        and {{ no_totals(
            "foreign_population",
            ["citizenship", "sex", "education", "field_of_study"]
        ) }}
    group by 1, 2, 3, 4, 5

),

rolled_up as (

    {{ rolled_up("cells", ["person_count"]) }}

),

observations as (

    {{ observations("rolled_up", "person_count", "person_count") }}

)

select * from observations

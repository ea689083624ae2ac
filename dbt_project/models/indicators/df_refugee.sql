with foreign_population as (

    select * from {{ ref("foreign_population") }}
    where
        contract in ('unhcr_persons_of_concern', 'bra_refugees')
        and {{ affected_observations("period") }}

),

-- Both institutions tell ages in bands of their own: three are in common.
cells as (

    select
        period as time_period,
        citizenship_code as citizenship,
        sex_code as sex,
        case
            when age_code in ('Y0T4', 'Y5T11', 'Y12T17') then 'Y_LT18'
            else age_code
        end as age,
        protection_status_code as status,
        upper(provider) as provider,
        sum(person_count) as person_count
    from foreign_population
    where
        {{ no_totals(
            "foreign_population",
            ["citizenship", "sex", "age", "protection_status"]
        ) }}
    group by 1, 2, 3, 4, 5, 6

),

rolled_up as (

    {{ rolled_up("cells", ["person_count"]) }}

),

observations as (

    {{ observations("rolled_up", "person_count", "person_count") }}

)

select * from observations

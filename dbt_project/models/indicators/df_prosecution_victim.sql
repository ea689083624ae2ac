with prosecution_case as (

    select * from {{ ref("prosecution_case") }}
    where {{ affected_observations("period") }}

),

told as (

    select
        period as time_period,
        citizenship_code as citizenship,
        sex_code as sex,
        age_code as age,
        case_outcome_code as status,
        case_type_code as case_type,
        victim_count
    from prosecution_case
    where
        victim_count is not null
        and time_period = period
        and {{ no_totals("prosecution_case", ["case_type", "case_outcome"]) }}

),

detailed as (

    select * from told
    where citizenship <> '_T' and sex <> '_T' and age <> '_T'

),

-- What the row of the whole counts beyond the detailed rows is of unknown
-- traits: counted once, not lost.
remaining as (

    select
        time_period,
        status,
        case_type,
        sum(
            case
                when citizenship = '_T' and sex = '_T' and age = '_T'
                    then victim_count
                when citizenship <> '_T' and sex <> '_T' and age <> '_T'
                    then -victim_count
                else 0
            end
        ) as victim_count
    from told
    group by 1, 2, 3

),

cells as (

    select
        time_period,
        citizenship,
        sex,
        age,
        status,
        case_type,
        victim_count
    from detailed
    union all
    select
        time_period,
        '_U' as citizenship,
        '_U' as sex,
        '_U' as age,
        status,
        case_type,
        victim_count
    from remaining
    where victim_count > 0

),

rolled_up as (

    {{ rolled_up("cells", ["victim_count"]) }}

),

observations as (

    {{ observations("rolled_up", "victim_count", "victim_count") }}

)

select * from observations

with prosecution_case as (

    select * from {{ ref("prosecution_case") }}
    where {{ affected_observations("period") }}

),

-- Cases stand in the rows of the whole, victims in those beside.
cells as (

    select
        period as time_period,
        case_outcome_code as status,
        case_type_code as case_type,
        sum(case_count) as case_count
    from prosecution_case
    where
        case_count is not null
        and time_period = period
        and {{ no_totals("prosecution_case", ["case_type", "case_outcome"]) }}
    group by 1, 2, 3

),

rolled_up as (

    {{ rolled_up("cells", ["case_count"]) }}

),

observations as (

    {{ observations("rolled_up", "case_count", "case_count") }}

)

select * from observations

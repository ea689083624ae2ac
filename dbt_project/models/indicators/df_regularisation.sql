with regularisation_request as (

    select * from {{ ref("regularisation_request") }}
    where {{ affected_observations("period") }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

decision as (

    {{ codes_at_level("cl_regularisation_decision", 1) }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

-- A campaign is a period, of one year or of several.
cells as (

    select
        regularisation_request.period as time_period,
        regularisation_request.citizenship_code as citizenship,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        regularisation_request.sex_code as sex,
        coalesce(region.ancestor_code, '_U') as ref_area,
        coalesce(decision.ancestor_code, '_U') as status,
        count(*) as request_count
    from regularisation_request
    left join region on regularisation_request.region_code = region.code
    left join decision
        on
            regularisation_request.regularisation_decision_code
            = decision.code
    left join citizenship_group
        on regularisation_request.citizenship_code = citizenship_group.code
    group by 1, 2, 3, 4, 5, 6

),

rolled_up as (

    {{ rolled_up("cells", ["request_count"]) }}

),

observations as (

    {{ observations("rolled_up", "request_count", "request_count") }}

)

select * from observations

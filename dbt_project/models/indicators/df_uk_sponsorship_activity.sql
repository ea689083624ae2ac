with published_statistic as (

    select * from {{ ref("published_statistic") }}
    where contract = 'uk_cos_industry' and {{ affected_observations() }}

),

-- The file repeats some cells; their rows add up.
cells as (

    select
        time_period,
        activity_code as activity,
        application_type_code as application_type,
        leave_category_code as leave_category,
        sum(obs_value) as obs_value,
        count(*) as row_count,
        case
            when time_period in ({{ defined_values("breaks") }}) then 'B'
            else 'A'
        end as obs_status
    from published_statistic
    group by 1, 2, 3, 4

),

observations as (

    {{ observations("cells", "obs_value", "row_count", "obs_status") }}

)

select * from observations

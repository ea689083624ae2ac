-- The two cuts of the UK file tell the same applications: they agree in every
-- quarter, type of application and category of leave.
with by_citizenship as (

    select
        time_period,
        application_type,
        leave_category,
        sum(obs_value) as applications
    from {{ ref("df_uk_sponsorship") }}
    group by time_period, application_type, leave_category

),

by_activity as (

    select
        time_period,
        application_type,
        leave_category,
        sum(obs_value) as applications
    from {{ ref("df_uk_sponsorship_activity") }}
    group by time_period, application_type, leave_category

)

select
    by_citizenship.time_period,
    by_citizenship.application_type,
    by_citizenship.leave_category,
    by_citizenship.applications,
    by_activity.applications as applications_by_activity
from by_citizenship
full outer join by_activity
    on
        by_citizenship.time_period = by_activity.time_period
        and by_citizenship.application_type = by_activity.application_type
        and by_citizenship.leave_category = by_activity.leave_category
where
    coalesce(by_citizenship.applications, 0)
    <> coalesce(by_activity.applications, 0)

with reintegration as (

    select
        *,
        case
            when business_status_code = 'PROJECT' then 0
            when business_status_code in ('_U', '_Z') and business_date is null
                then 0
            else 1
        end as has_business,
        case
            when period like '%-Q%' then 3
            when length(period) = 7 then 1
            else 12
        end as period_months
    from {{ ref("reintegration") }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

-- A business is observed for so many months once they have passed at the end of
-- the file's period and the follow-up reached its owner.
followed as (

    select
        *,
        case
            when
                has_business = 1
                and status_6_months_code not in ('_U', '_Z', 'UNREACHABLE')
                and {{ months_after("business_date", "6") }}
                < {{ months_after(first_day("period"), "period_months") }}
                then 1
            else 0
        end as observed_6_count,
        case
            when
                has_business = 1
                and status_12_months_code not in ('_U', '_Z', 'UNREACHABLE')
                and {{ months_after("business_date", "12") }}
                < {{ months_after(first_day("period"), "period_months") }}
                then 1
            else 0
        end as observed_12_count
    from reintegration

),

cells as (

    select
        left(cast(followed.registered_date as text), 4) as time_period,
        followed.sex_code as sex,
        coalesce(region.ancestor_code, '_U') as ref_area,
        case
            when followed.has_business = 0 then '_Z'
            else coalesce(activity_section.ancestor_code, '_U')
        end as activity,
        count(*) as beneficiary_count,
        sum(
            case
                when
                    followed.training_outcome_code
                    in ('COMPLETED', 'CERTIFIED', 'CERTIFIED_PART')
                    then 1
                else 0
            end
        ) as trained_count,
        sum(followed.has_business) as business_count,
        sum(followed.observed_6_count) as observed_6_count,
        sum(followed.observed_12_count) as observed_12_count,
        sum(
            case
                when followed.status_6_months_code = 'SELF_EMPLOYED'
                    then followed.observed_6_count
                else 0
            end
        ) as alive_6_count,
        sum(
            case
                when followed.status_12_months_code = 'SELF_EMPLOYED'
                    then followed.observed_12_count
                else 0
            end
        ) as alive_12_count
    from followed
    left join activity_section
        on followed.activity_code = activity_section.code
    left join region on followed.region_code = region.code
    where {{ affected_observations(
        "left(cast(followed.registered_date as text), 4)"
    ) }}
    group by 1, 2, 3, 4

)

select * from cells

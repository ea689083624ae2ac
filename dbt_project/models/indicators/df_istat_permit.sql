with published_statistic as (

    select * from {{ ref("published_statistic") }}
    where contract = 'istat_permits' and {{ affected_observations() }}

),

cells as (

    select
        time_period,
        ref_area_code as ref_area,
        citizenship_code as citizenship,
        sex_code as sex,
        age_code as age,
        reason_code as reason,
        permit_type_code as permit_type,
        {{ published_value() }}
    from published_statistic
    group by 1, 2, 3, 4, 5, 6, 7

),

observations as (

    {{ observations("cells", "obs_value", "row_count", "obs_status") }}

)

select * from observations

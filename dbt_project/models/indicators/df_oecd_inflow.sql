with published_statistic as (

    select * from {{ ref("published_statistic") }}
    where contract = 'oecd_df_mig' and {{ affected_observations() }}

),

-- A series without any observation stands in the file without a time period.
cells as (

    select
        time_period,
        ref_area_code as ref_area,
        citizenship_code as citizenship,
        sex_code as sex,
        {{ published_value() }}
    from published_statistic
    where
        measure in ({{ defined_values("measures") }})
        and time_period is not null
    group by 1, 2, 3, 4

),

observations as (

    {{ observations("cells", "obs_value", "row_count", "obs_status") }}

)

select * from observations

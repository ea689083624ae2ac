-- The edition of the UK file that ends in the first quarter of 2023 tells
-- 2,061,443 applications.
with edition as (

    select
        'df_uk_sponsorship' as model,
        max(time_period) as last_quarter,
        sum(obs_value) as applications
    from {{ ref("df_uk_sponsorship") }}
    union all
    select
        'df_uk_sponsorship_activity' as model,
        max(time_period) as last_quarter,
        sum(obs_value) as applications
    from {{ ref("df_uk_sponsorship_activity") }}

)

select * from edition
where last_quarter = '2023-Q1' and applications <> 2061443

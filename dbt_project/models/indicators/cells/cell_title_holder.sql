with title_held as (

    select * from {{ ref("title_held") }}

),

employed as (

    select distinct
        period as time_period,
        person_key
    from {{ ref("person_record") }}
    where
        status_code = 'EMPLOYED'
        and {{ affected_observations("period") }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

reason as (

    {{ codes_at_level("cl_reason", 1) }}

),

-- Without declarations of a month nobody can be told to be declared in it.
declared_month as (

    select distinct time_period from employed

),

month as (

    select
        stock.time_period,
        cast(
            {{ dbt.last_day(first_day("stock.time_period"), "month") }} as date
        ) as last_day,
        max(stock.obs_status) as obs_status
    from {{ ref("cell_residence_title") }} as stock
    inner join declared_month
        on stock.time_period = declared_month.time_period
    where {{ affected_observations("stock.time_period") }}
    group by 1, 2

),

-- A person who holds two titles for work counts once, by the later one; what
-- that title says of the person holds for its months, whatever comes later.
holder as (

    select
        month.time_period,
        month.obs_status,
        title_held.person_key,
        title_held.citizenship_code,
        title_held.sex_code,
        title_held.region_code,
        row_number() over (
            partition by month.time_period, title_held.person_key
            order by title_held.valid_from desc, title_held.record_id asc
        ) as title_rank
    from month
    inner join title_held
        on
            month.last_day >= title_held.valid_from
            and month.last_day < title_held.valid_to
    inner join reason on title_held.reason_code = reason.code
    where reason.ancestor_code = 'WORK'

),

cells as (

    select
        holder.time_period,
        holder.citizenship_code as citizenship,
        holder.sex_code as sex,
        coalesce(region.ancestor_code, '_U') as ref_area,
        case
            when employed.person_key is null then 'UNDECLARED'
            else 'DECLARED'
        end as status,
        max(holder.obs_status) as obs_status,
        count(*) as holder_count
    from holder
    left join employed
        on
            holder.time_period = employed.time_period
            and holder.person_key = employed.person_key
    left join region on holder.region_code = region.code
    where holder.title_rank = 1
    group by 1, 2, 3, 4, 5

)

select * from cells

with seasonal_stay as (

    select
        *,
        coalesce(cin_pseudonym, passport_pseudonym, anapec_number_pseudonym)
            as worker_pseudonym,
        case when departure_date is null then 0 else 1 end as has_departed,
        case
            when departure_date is null or return_date is not null then 0
            else 1
        end as is_away
    from {{ ref("seasonal_stay") }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

-- Who comes in two waves of a season is one worker of the first, and has
-- returned once no stay is without a return.
worker as (

    select
        *,
        row_number() over (
            partition by season_year, worker_pseudonym
            order by
                has_departed desc,
                departure_date asc,
                arrival_wave asc,
                record_id asc
        ) as stay_order,
        max(has_departed) over (
            partition by season_year, worker_pseudonym
        ) as departed_count,
        max(is_away) over (
            partition by season_year, worker_pseudonym
        ) as away_count
    from seasonal_stay

),

cells as (

    select
        cast(worker.season_year as text) as time_period,
        case
            when worker.arrival_wave >= 10 then 'W_GE10'
            else coalesce('W' || cast(worker.arrival_wave as text), '_U')
        end as wave,
        coalesce(region.ancestor_code, '_U') as ref_area,
        worker.sex_code as sex,
        worker.destination_code as destination,
        count(*) as selected_count,
        sum(
            case when worker.season_arrival_code = 'REPEAT' then 1 else 0 end
        ) as repeater_count,
        sum(worker.departed_count) as departed_count,
        sum(worker.departed_count - worker.away_count) as returned_count
    from worker
    left join region on worker.region_code = region.code
    where
        worker.stay_order = 1
        and {{ affected_observations("cast(worker.season_year as text)") }}
    group by 1, 2, 3, 4, 5

)

select * from cells

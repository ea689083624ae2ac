with remittance_vintage as (

    select * from {{ ref("remittance_vintage") }}

),

first_edition as (

    select min(edition) as edition from remittance_vintage

),

-- The first edition repeats months that editions before it told: what it says
-- of them is not their first figure.
cells as (

    select
        time_period,
        sending_country_code as counterpart_area,
        'LATEST' as vintage,
        sum(amount_mad) as amount_mad,
        sum(case when obs_status_code = 'P' then 1 else 0 end)
            as provisional_count,
        0 as untold_count
    from remittance_vintage
    where is_latest and {{ affected_observations() }}
    group by time_period, sending_country_code
    union all
    select
        remittance_vintage.time_period,
        remittance_vintage.sending_country_code as counterpart_area,
        'FIRST' as vintage,
        sum(remittance_vintage.amount_mad) as amount_mad,
        sum(
            case
                when remittance_vintage.obs_status_code = 'P' then 1
                else 0
            end
        ) as provisional_count,
        sum(
            case
                when remittance_vintage.time_period < first_edition.edition
                    then 1
                else 0
            end
        ) as untold_count
    from remittance_vintage
    cross join first_edition
    where
        remittance_vintage.vintage_number = 1
        and {{ affected_observations("remittance_vintage.time_period") }}
    group by
        remittance_vintage.time_period, remittance_vintage.sending_country_code

),

rolled_up as (

    {{ rolled_up(
        "cells", ["amount_mad", "provisional_count", "untold_count"]
    ) }}

),

-- A sum with a provisional figure in it is provisional. An amount is taken to
-- rest on one sender for each 100,000 dirhams.
told as (

    select
        time_period,
        freq,
        counterpart_area,
        vintage,
        amount_mad,
        amount_mad / 100000 as sender_count,
        case when provisional_count > 0 then 'P' else obs_status end
            as obs_status
    from rolled_up
    where untold_count = 0

),

observations as (

    {{ observations("told", "amount_mad", "sender_count") }}

)

select * from observations

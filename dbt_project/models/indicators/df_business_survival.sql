with cells as (

    select * from {{ ref("cell_reintegration") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", [
        "observed_6_count",
        "observed_12_count",
        "alive_6_count",
        "alive_12_count",
    ]) }}

),

-- A share tells its numerator to who knows its denominator: it rests on the
-- smaller of its two parts, and on all where there is one part alone. Without a
-- business observed so long there is no share.
shared as (

    select
        *,
        round(
            cast(100 * alive_6_count as numeric) / nullif(observed_6_count, 0),
            1
        ) as survival_6,
        case
            when alive_6_count in (0, observed_6_count) then observed_6_count
            else least(alive_6_count, observed_6_count - alive_6_count)
        end as contributor_6_count,
        round(
            cast(100 * alive_12_count as numeric)
            / nullif(observed_12_count, 0),
            1
        ) as survival_12,
        case
            when alive_12_count in (0, observed_12_count)
                then observed_12_count
            else least(alive_12_count, observed_12_count - alive_12_count)
        end as contributor_12_count
    from rolled_up

),

measured as (

    {{ measured("shared", {
        "SURVIVAL_6": ["survival_6", "contributor_6_count"],
        "SURVIVAL_12": ["survival_12", "contributor_12_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

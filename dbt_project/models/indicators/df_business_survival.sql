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

-- Without a business observed so long there is no share.
shared as (

    select
        *,
        {{ share("alive_6_count", "observed_6_count") }} as survival_6,
        {{ share_contributors("alive_6_count", "observed_6_count") }}
            as contributor_6_count,
        {{ share("alive_12_count", "observed_12_count") }} as survival_12,
        {{ share_contributors("alive_12_count", "observed_12_count") }}
            as contributor_12_count
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

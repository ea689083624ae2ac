with cells as (

    select * from {{ ref("cell_seasonal_worker") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["departed_count", "returned_count"]) }}

),

shared as (

    select
        *,
        {{ share("returned_count", "departed_count") }} as return_rate,
        {{ share_contributors("returned_count", "departed_count") }}
            as contributor_count
    from rolled_up
    where departed_count > 0

),

observations as (

    {{ observations("shared", "return_rate", "contributor_count") }}

)

select * from observations

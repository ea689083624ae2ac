with cells as (

    select * from {{ ref("cell_seasonal_worker") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["departed_count", "returned_count"]) }}

),

-- A share tells its numerator to who knows its denominator: it rests on the
-- smaller of its two parts, and on all where there is one part alone.
shared as (

    select
        *,
        round(cast(100 * returned_count as numeric) / departed_count, 1)
            as return_rate,
        case
            when returned_count in (0, departed_count) then departed_count
            else least(returned_count, departed_count - returned_count)
        end as contributor_count
    from rolled_up
    where departed_count > 0

),

observations as (

    {{ observations("shared", "return_rate", "contributor_count") }}

)

select * from observations

with cells as (

    select * from {{ ref("cell_journey") }}
    where {{ in_list("step", journey_stages()[1:]) }}

),

rolled_up as (

    {{ rolled_up("cells", ["reached_count", "previous_count"]) }}

),

-- A share tells its numerator to who knows its denominator: it rests on the
-- smaller of its two parts, and on all where there is one part alone.
shared as (

    select
        *,
        round(cast(100 * reached_count as numeric) / previous_count, 1)
            as conversion,
        case
            when reached_count in (0, previous_count) then previous_count
            else least(reached_count, previous_count - reached_count)
        end as contributor_count
    from rolled_up
    where previous_count > 0

),

observations as (

    {{ observations("shared", "conversion", "contributor_count") }}

)

select * from observations

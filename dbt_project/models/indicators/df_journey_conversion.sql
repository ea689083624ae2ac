with cells as (

    select * from {{ ref("cell_journey") }}
    where {{ in_list("step", journey_stages()[1:]) }}

),

rolled_up as (

    {{ rolled_up("cells", ["reached_count", "previous_count"]) }}

),

shared as (

    select
        *,
        {{ share("reached_count", "previous_count") }} as conversion,
        {{ share_contributors("reached_count", "previous_count") }}
            as contributor_count
    from rolled_up
    where previous_count > 0

),

observations as (

    {{ observations("shared", "conversion", "contributor_count") }}

)

select * from observations

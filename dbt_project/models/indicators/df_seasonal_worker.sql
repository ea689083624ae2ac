with cells as (

    select * from {{ ref("cell_seasonal_worker") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", [
        "selected_count",
        "repeater_count",
        "departed_count",
        "returned_count",
    ]) }}

),

measured as (

    {{ measured("rolled_up", {
        "SELECTED": ["selected_count", "selected_count"],
        "REPEATERS": ["repeater_count", "repeater_count"],
        "DEPARTED": ["departed_count", "departed_count"],
        "RETURNED": ["returned_count", "returned_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

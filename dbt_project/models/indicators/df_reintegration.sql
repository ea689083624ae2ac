with cells as (

    select * from {{ ref("cell_reintegration") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up(
        "cells", ["beneficiary_count", "trained_count", "business_count"]
    ) }}

),

measured as (

    {{ measured("rolled_up", {
        "BENEFICIARIES": ["beneficiary_count", "beneficiary_count"],
        "TRAINED": ["trained_count", "trained_count"],
        "BUSINESSES": ["business_count", "business_count"],
    }) }}

),

observations as (

    {{ observations("measured", "measure_value", "contributor_count") }}

)

select * from observations

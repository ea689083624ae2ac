with cells as (

    select * from {{ ref("cell_person_source") }}

),

rolled_up as (

    {{ rolled_up("cells", ["person_count"]) }}

),

observations as (

    {{ observations("rolled_up", "person_count", "person_count") }}

)

select * from observations

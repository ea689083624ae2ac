with cells as (

    select * from {{ ref("cell_employment") }}
    where paid_count > 0 and {{ affected_observations() }}

),

largest as (

    {{ largest_of_tables("cells", "df_earnings") }}

)

select * from largest

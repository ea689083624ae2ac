with cells as (

    select * from {{ ref("cell_employment") }}
    where paid_count > 0 and {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["wage_centimes", "paid_count"]) }}

),

largest_of_months as (

    select * from {{ ref("cell_largest_wage") }}
    where {{ affected_observations() }}

),

largest as (

    {{ spanned("largest_of_months", [
        "largest_wage_centimes", "second_wage_centimes",
    ]) }}

),

cells_with_largest as (

    {{ with_largest("rolled_up", "largest") }}

),

-- A mean is taken of sums, never of means; it rests on the workers of a month,
-- not on those of all months together.
counted as (

    select
        *,
        ceil(cast(paid_count as numeric) / base_count) as contributor_count
    from cells_with_largest

),

-- The largest wages as parts of the sum behind the mean, which is the mean
-- times its contributors: of a month they are the wages themselves.
averaged as (

    select
        *,
        round(
            cast(wage_centimes as numeric) / (100 * paid_count), 2
        ) as mean_wage,
        round(
            largest_wage_centimes * contributor_count / (100 * paid_count), 2
        ) as largest_wage,
        round(
            second_wage_centimes * contributor_count / (100 * paid_count), 2
        ) as second_wage
    from counted

),

observations as (

    {{ observations(
        "averaged",
        "mean_wage",
        "contributor_count",
        largest=["largest_wage", "second_wage"],
    ) }}

)

select * from observations

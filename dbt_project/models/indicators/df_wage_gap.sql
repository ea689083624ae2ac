with cells as (

    select
        *,
        {{ is_foreign("citizenship") }} as is_foreign
    from {{ ref("cell_employment") }}
    where paid_count > 0 and {{ affected_observations() }}

),

-- Nationals and foreigners side by side in the cells within which they are
-- compared; who is of unknown citizenship is neither.
compared as (

    select
        time_period,
        sex,
        age,
        activity,
        sum(case when citizenship = 'MA' then paid_count else 0 end)
            as national_count,
        sum(case when citizenship = 'MA' then wage_centimes else 0 end)
            as national_wage,
        sum(case when is_foreign then paid_count else 0 end)
            as foreign_count,
        sum(case when is_foreign then wage_centimes else 0 end)
            as foreign_wage
    from cells
    group by 1, 2, 3, 4

),

-- What the foreigners of a cell that holds both groups would earn at the mean
-- wage of its nationals.
standardised as (

    select
        *,
        case when national_count > 0 then foreign_count else 0 end
            as common_foreign_count,
        case when foreign_count > 0 then national_count else 0 end
            as common_national_count,
        case when national_count > 0 then foreign_wage else 0 end
            as common_foreign_wage,
        case
            when national_count > 0 and foreign_count > 0
                then
                    cast(national_wage as numeric)
                    * foreign_count
                    / national_count
            else 0
        end as expected_wage
    from compared

),

rolled_up as (

    {{ rolled_up("standardised", [
        "national_count",
        "national_wage",
        "foreign_count",
        "foreign_wage",
        "common_foreign_count",
        "common_national_count",
        "common_foreign_wage",
        "expected_wage",
    ]) }}

),

foreign_cells as (

    select * from cells
    where is_foreign

),

largest_of_months as (

    {{ largest_of_tables("foreign_cells") }}

),

largest as (

    {{ spanned("largest_of_months", [
        "largest_wage_centimes", "second_wage_centimes",
    ]) }}

),

rolled_up_with_largest as (

    {{ with_largest("rolled_up", "largest") }}

),

-- A gap rests on the smaller group, of a month; the share of the foreigners
-- compared on the smaller of its two parts.
gaps as (

    select
        *,
        round(
            100
            - cast(100 * foreign_wage as numeric)
            * national_count
            / nullif(foreign_count * national_wage, 0),
            1
        ) as raw_gap,
        round(100 - 100 * common_foreign_wage / nullif(expected_wage, 0), 1)
            as adjusted_gap,
        {{ share("common_foreign_count", "foreign_count") }} as covered_share,
        cast(least(national_count, foreign_count) as numeric) / base_count
            as raw_count,
        cast(
            least(common_national_count, common_foreign_count) as numeric
        ) / base_count as adjusted_count,
        cast(
            {{ share_contributors("common_foreign_count", "foreign_count") }}
            as numeric
        ) / base_count as covered_count
    from rolled_up_with_largest

),

measured as (

    {{ measured("gaps", {
        "RAW": ["raw_gap", "raw_count"],
        "ADJUSTED": ["adjusted_gap", "adjusted_count"],
        "COVERAGE": ["covered_share", "covered_count"],
    }) }}

),

-- The wages behind a gap are those of the foreigners; of the common cells they
-- are held to the largest of all, which are no less. A share has none.
paid as (

    select
        *,
        case when measure = 'COVERAGE' then 0 else largest_wage_centimes end
            as largest_wage,
        case when measure = 'COVERAGE' then 0 else second_wage_centimes end
            as second_wage,
        case measure
            when 'RAW' then foreign_wage
            when 'ADJUSTED' then common_foreign_wage
            else 0
        end as wage
    from measured

),

observations as (

    {{ observations(
        "paid",
        "measure_value",
        "contributor_count",
        largest=["largest_wage", "second_wage"],
        amount="wage",
    ) }}

)

select * from observations

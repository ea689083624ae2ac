with cells as (

    select
        *,
        case when status = 'DECLARED' then holder_count else 0 end
            as declared_count
    from {{ ref("cell_title_holder") }}
    where {{ affected_observations() }}

),

rolled_up as (

    {{ rolled_up("cells", ["holder_count", "declared_count"], "obs_status") }}

),

-- A share tells its numerator to who knows the holders: it rests on the
-- smaller of its two parts, and on all holders where there is one part alone.
shared as (

    select
        *,
        round(cast(100 * declared_count as numeric) / holder_count, 1) as share,
        case
            when declared_count in (0, holder_count) then holder_count
            else least(declared_count, holder_count - declared_count)
        end as contributor_count
    from rolled_up

),

observations as (

    {{ observations("shared", "share", "contributor_count") }}

)

select * from observations

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

shared as (

    select
        *,
        {{ share("declared_count", "holder_count") }} as share,
        {{ share_contributors("declared_count", "holder_count") }}
            as contributor_count
    from rolled_up

),

observations as (

    {{ observations("shared", "share", "contributor_count") }}

)

select * from observations

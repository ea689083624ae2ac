with title_held as (

    select
        person_key,
        contract,
        record_id,
        status_code,
        valid_from,
        valid_to,
        sex_code,
        citizenship_code,
        region_code,
        reason_code
    from {{ ref("title_held") }}
    where {{ touched_rows() }}

),

person_record as (

    select * from {{ ref("person_record") }}
    where {{ touched_rows() }}

),

spell as (

    select * from title_held
    union all
    select
        person_key,
        contract,
        record_id,
        status_code,
        valid_from,
        valid_to,
        sex_code,
        citizenship_code,
        region_code,
        reason_code
    from person_record
    where
        status_code not in ('TITLED', '_Z')
        and valid_from is not null
        and (valid_to is null or valid_from < valid_to)

),

-- Without an end a spell lasts for good.
bounded as (

    select
        *,
        coalesce(valid_to, cast('9999-12-31' as date)) as ends_before
    from spell

),

-- A spell that begins after all earlier ones have ended opens an episode; one
-- that begins on the day after the last one continues it.
opened as (

    select
        *,
        case
            when valid_from <= max(ends_before) over (
                partition by person_key, status_code
                order by valid_from, ends_before, contract, record_id
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as is_first
    from bounded

),

numbered as (

    select
        *,
        sum(is_first) over (
            partition by person_key, status_code
            order by valid_from, ends_before, contract, record_id
            rows between unbounded preceding and current row
        ) as episode_number
    from opened

),

-- What an episode says of the person is what its last record says.
ranked as (

    select
        *,
        row_number() over (
            partition by person_key, status_code, episode_number
            order by
                valid_from desc, ends_before desc, contract desc, record_id desc
        ) as record_rank
    from numbered

),

episode as (

    select
        person_key,
        status_code,
        min(valid_from) as valid_from,
        case
            when max(ends_before) < cast('9999-12-31' as date)
                then max(ends_before)
        end as valid_to,
        max(case when record_rank = 1 then contract end) as contract,
        max(case when record_rank = 1 then sex_code end) as sex_code,
        max(case when record_rank = 1 then citizenship_code end)
            as citizenship_code,
        max(case when record_rank = 1 then region_code end) as region_code,
        max(case when record_rank = 1 then reason_code end) as reason_code,
        count(*) as record_count
    from ranked
    group by person_key, status_code, episode_number

)

select * from episode

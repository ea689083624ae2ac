with person as (

    select
        person_key,
        sex_code,
        citizenship_code,
        {{ is_foreign("citizenship_code") }} as is_foreign,
        case
            when not is_linked then 'UNLINKED'
            when source_count > 1 then 'SEVERAL'
            else 'ONE'
        end as linkage
    from {{ ref("person") }}

),

episode as (

    select
        person_key,
        status_code,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to,
        reason_code
    from {{ ref("episode") }}

),

-- What kind of contract a visa was granted for.
visa as (

    select
        person_record.person_key,
        person_record.valid_from,
        coalesce(person_record.valid_to, cast('9999-12-31' as date))
            as valid_to,
        contract_visa.contract_type_code
    from {{ ref("person_record") }} as person_record
    inner join {{ ref("contract_visa") }} as contract_visa
        on
            person_record.contract = contract_visa.contract
            and person_record.record_id = contract_visa.record_id
    where person_record.status_code = 'VISA'

),

citizenship_group as (

    {{ citizenship_groups() }}

),

reason as (

    {{ codes_at_level("cl_reason", 1) }}

),

all_month as (

    {{ months_of(ref("employment")) }}

),

month as (

    select
        all_month.time_period,
        all_month.last_day,
        coalesce(max(title.obs_status), 'E') as obs_status
    from all_month
    left join {{ ref("cell_residence_title") }} as title
        on all_month.time_period = title.time_period
    where {{ affected_observations("all_month.time_period") }}
    group by all_month.time_period, all_month.last_day

),

-- Usual residence is an actual or intended stay of so many months.
rule as (

    select
        'R6M' as residence_rule,
        6 as least_months
    union all
    select
        'R12M' as residence_rule,
        12 as least_months

),

-- What each foreigner holds or does on the last day of the month. A job seeker
-- is one who registered within the last twelve months.
presence as (

    select
        month.time_period,
        episode.person_key,
        episode.status_code as kind,
        episode.valid_from,
        episode.valid_to,
        coalesce(reason.ancestor_code, '_Z') as reason,
        '_Z' as contract_type
    from month
    inner join episode
        on
            month.last_day >= episode.valid_from
            and month.last_day < episode.valid_to
    left join reason on episode.reason_code = reason.code
    where
        episode.status_code in ('TITLED', 'EMPLOYED')
        or (
            episode.status_code = 'SEEKER'
            and {{ months_after("episode.valid_from", 12) }} > month.last_day
        )
    union all
    select
        month.time_period,
        visa.person_key,
        'VISA' as kind,
        visa.valid_from,
        visa.valid_to,
        '_Z' as reason,
        visa.contract_type_code as contract_type
    from month
    inner join visa
        on
            month.last_day >= visa.valid_from
            and month.last_day < visa.valid_to

),

present as (

    select
        presence.time_period,
        presence.person_key,
        max(case when presence.kind in ('TITLED', 'VISA') then 1 else 0 end)
            as has_permission,
        max(case
            when presence.kind in ('EMPLOYED', 'VISA', 'SEEKER') then 1
            when presence.reason = 'WORK' then 1
            else 0
        end) as is_in_labour_force,
        max(case when presence.contract_type = 'SEASONAL' then 1 else 0 end)
            as is_seasonal,
        min(case
            when presence.kind in ('TITLED', 'VISA') then presence.valid_from
        end) as stays_from,
        max(case
            when presence.kind in ('TITLED', 'VISA') then presence.valid_to
        end) as stays_to
    from presence
    inner join person
        on presence.person_key = person.person_key and person.is_foreign
    group by presence.time_period, presence.person_key

),

-- The first permission to work that is known: within twelve months of the last
-- day the person came for work.
arrival as (

    select
        person_key,
        min(valid_from) as arrived_on
    from (
        select
            person_key,
            valid_from
        from visa
        union all
        select
            episode.person_key,
            episode.valid_from
        from episode
        inner join reason on episode.reason_code = reason.code
        where
            episode.status_code = 'TITLED'
            and reason.ancestor_code = 'WORK'
    ) as permission
    group by person_key

),

stay as (

    select
        present.*,
        rule.residence_rule,
        {{ months_after("present.stays_from", "rule.least_months") }}
        <= present.stays_to as is_resident,
        {{ stay_code(stay_class("present.stays_from", "present.stays_to")) }}
            as duration,
        coalesce(
            {{ months_after("arrival.arrived_on", 12) }} > month.last_day
            and arrival.arrived_on <= month.last_day,
            false
        ) as is_arrival
    from present
    inner join month on present.time_period = month.time_period
    cross join rule
    left join arrival on present.person_key = arrival.person_key

),

foreigner as (

    select
        time_period,
        person_key,
        residence_rule,
        duration,
        case
            when has_permission = 0 then 'IMW_UNDET'
            when is_resident then 'IMW_RES'
            when is_seasonal = 1 then 'IMW_NRES_SEASONAL'
            else 'IMW_NRES_SPECIFIED'
        end as category
    from stay
    where is_in_labour_force = 1
    union all
    select
        time_period,
        person_key,
        residence_rule,
        duration,
        case when is_resident then 'FWM_RES' else 'FWM_TEMP' end as category
    from stay
    where is_arrival and has_permission = 1

),

-- Nationals' work abroad, by the months of last days on which it is under way.
work_abroad as (

    select
        month.time_period,
        month.last_day,
        episode.person_key,
        episode.status_code,
        episode.valid_from,
        episode.valid_to,
        -- Without a known end a stay has lasted until now.
        case
            when episode.valid_to = cast('9999-12-31' as date)
                then month.last_day
            else episode.valid_to
        end as stays_to
    from month
    inner join episode
        on
            month.last_day >= episode.valid_from
            and episode.status_code in ('PLACED_ABROAD', 'SEASONAL')

),

abroad as (

    select
        time_period,
        person_key,
        max(case when valid_to > last_day then 1 else 0 end) as is_abroad,
        max(case
            when valid_to <= last_day or status_code <> 'SEASONAL' then 0
            when {{ months_after("valid_from", 12) }} > last_day then 1
            else 0
        end) as is_seasonal,
        max(case
            when valid_to <= last_day then 0
            when {{ months_after("valid_from", 12) }} > stays_to then 0
            when status_code <> 'SEASONAL' then 1
            when {{ months_after("valid_from", 12) }} <= last_day then 1
            else 0
        end) as is_long,
        max(case
            when valid_to > last_day then 0
            when {{ months_after("valid_to", 60) }} > last_day then 1
            else 0
        end) as is_returned,
        max({{ stay_class("valid_from", "stays_to") }}) as longest_stay
    from work_abroad
    group by time_period, person_key

),

national as (

    select
        abroad.time_period,
        abroad.person_key,
        '_Z' as residence_rule,
        {{ stay_code("abroad.longest_stay") }} as duration,
        case
            when abroad.is_abroad = 0 then 'RMW'
            when abroad.is_long = 1 then 'NWA_LONG'
            when abroad.is_seasonal = 1 then 'NWA_SEASONAL'
            else 'NWA_SHORT'
        end as category
    from abroad
    inner join person
        on abroad.person_key = person.person_key and not person.is_foreign
    where abroad.is_abroad = 1 or abroad.is_returned = 1

),

classified as (

    select * from foreigner
    union all
    select * from national

),

-- Beside each category the one above it, in which the person counts once too.
counted as (

    select * from classified
    union all
    select
        time_period,
        person_key,
        residence_rule,
        duration,
        case
            when category like 'IMW%' then 'IMW'
            when category like 'FWM%' then 'FWM'
            else 'NWA'
        end as category
    from classified
    where category <> 'RMW'

),

-- Few countries are joined to their groups, not each person.
by_citizenship as (

    select
        counted.time_period,
        counted.category,
        counted.residence_rule,
        counted.duration,
        person.sex_code,
        person.citizenship_code,
        person.linkage,
        max(month.obs_status) as obs_status,
        count(*) as person_count
    from counted
    inner join person on counted.person_key = person.person_key
    inner join month on counted.time_period = month.time_period
    group by
        counted.time_period,
        counted.category,
        counted.residence_rule,
        counted.duration,
        person.sex_code,
        person.citizenship_code,
        person.linkage

),

cells as (

    select
        by_citizenship.time_period,
        by_citizenship.category,
        by_citizenship.residence_rule,
        by_citizenship.duration,
        by_citizenship.sex_code as sex,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        by_citizenship.linkage,
        max(by_citizenship.obs_status) as obs_status,
        cast(sum(by_citizenship.person_count) as bigint) as person_count
    from by_citizenship
    left join citizenship_group
        on by_citizenship.citizenship_code = citizenship_group.code
    group by
        by_citizenship.time_period,
        by_citizenship.category,
        by_citizenship.residence_rule,
        by_citizenship.duration,
        by_citizenship.sex_code,
        coalesce(citizenship_group.group_code, '_U'),
        by_citizenship.linkage

)

select * from cells

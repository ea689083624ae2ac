{%- set told = told_columns("employment") %}

with staged as (

    {{ staged("employment") }}

),

insured_person as (

    select * from {{ ref("insured_person") }}

),

employer as (

    select * from {{ ref("employer") }}

),

identified as (

    select
        staged.*,
        {{ worker_id("staged") }} as worker_id,
        {{ employer_id("staged") }} as employer_id
    from staged

),

affected as (

    select * from identified
    where {{ affected_workers() }}

),

-- Main and complementary declarations of one worker by one employer in one
-- month add up. The worker comes first, here and below, because then one sort
-- serves both steps and compares what differs most.
summed as (

    select
        contract,
        provider,
        period,
        worker_id,
        employer_id,
        max(submission_id) as submission_id,
        min(line_number) as line_number,
        {%- for column, type in staged_columns("employment").items() %}
        {{ combined(column, type, column in told) }} as {{ column }},
        {%- endfor %}
        count(*) as declaration_count
    from affected
    group by worker_id, period, contract, employer_id, provider

),

-- The main employer of a worker in a month pays the highest wage; then the
-- most days, then the pseudonym, decide. Who has no day is no worker.
ranked as (

    select
        *,
        declared_days > 0 as is_worker,
        row_number() over (
            partition by worker_id, period, contract
            order by
                case when declared_days > 0 then 0 else 1 end asc,
                wage_centimes desc,
                declared_days desc,
                employer_id asc
        ) as employer_rank
    from summed

),

decoded as (

    {{ decoded("employment", "ranked") }}

),

-- What the declaration does not say of the worker and of the employer, the
-- registers say.
registered as (

    select
        decoded.contract,
        decoded.provider,
        decoded.period,
        {{ dbt.hash(
            "decoded.period || '|' || decoded.worker_id"
            ~ " || '|' || decoded.employer_id"
        ) }} as record_id,
        decoded.submission_id,
        decoded.line_number,
        decoded.worker_id,
        decoded.employer_id,
        decoded.cin_pseudonym,
        decoded.passport_pseudonym,
        decoded.residence_title_pseudonym,
        decoded.ice_pseudonym,
        coalesce(decoded.birth_month, insured_person.birth_month)
            as birth_month,
        decoded.sex_source_code,
        {{ known_code("decoded.sex_code", "insured_person.sex_code") }}
            as sex_code,
        decoded.citizenship_source_code,
        {{ known_code(
            "decoded.citizenship_code", "insured_person.citizenship_code"
        ) }} as citizenship_code,
        decoded.activity_source_code,
        {{ known_code("decoded.activity_code", "employer.activity_code") }}
            as activity_code,
        decoded.region_source_code,
        {{ known_code("decoded.region_code", "employer.region_code") }}
            as region_code,
        decoded.situation_source_code,
        decoded.situation_code,
        decoded.declared_days,
        decoded.wage_centimes,
        decoded.capped_wage_centimes,
        decoded.declaration_count,
        decoded.is_new_entrant,
        insured_person.record_id is not null as is_registered,
        decoded.employer_rank,
        decoded.is_worker,
        decoded.is_worker and decoded.employer_rank = 1 as is_main_employer
    from decoded
    left join insured_person
        on
            decoded.provider = insured_person.provider
            and decoded.cnss_number_pseudonym
            = insured_person.cnss_number_pseudonym
    left join employer
        on
            decoded.provider = employer.provider
            and decoded.affiliate_pseudonym = employer.affiliate_pseudonym

)

select * from registered

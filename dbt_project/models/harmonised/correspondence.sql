{{ config(
    materialized="table",
    indexes=[{"columns": ["variable", "provider", "source_code"]}],
) }}

with known as (

    select * from {{ ref("known_correspondence") }}

),

provider as (

    {%- for name in providers() %}
    select '{{ name }}' as provider
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

-- What is known of all providers is known of each.
of_each_provider as (

    select
        known.variable,
        provider.provider,
        known.source_code,
        known.code,
        known.quality,
        coalesce(known.valid_from, cast('0001-01-01' as date)) as valid_from,
        coalesce(known.valid_to, cast('9999-12-31' as date)) as valid_to,
        known.preference,
        known.decided_at
    from known
    inner join provider
        on known.provider = provider.provider or known.provider = '*'

),

-- Days on which what is valid may change; nothing changes between two of them.
boundary as (

    select
        variable,
        provider,
        source_code,
        valid_from as valid_on
    from of_each_provider
    union
    select
        variable,
        provider,
        source_code,
        valid_to as valid_on
    from of_each_provider

),

span as (

    select
        variable,
        provider,
        source_code,
        valid_on as valid_from,
        lead(valid_on) over (
            partition by variable, provider, source_code order by valid_on
        ) as valid_to
    from boundary

),

ranked as (

    select
        span.variable,
        span.provider,
        span.source_code,
        of_each_provider.code,
        of_each_provider.quality,
        of_each_provider.preference = 1 as is_decided,
        span.valid_from,
        span.valid_to,
        row_number() over (
            partition by
                span.variable, span.provider, span.source_code, span.valid_from
            order by
                of_each_provider.preference asc,
                of_each_provider.decided_at desc,
                of_each_provider.valid_from desc,
                of_each_provider.code asc
        ) as choice
    from span
    inner join of_each_provider
        on
            span.variable = of_each_provider.variable
            and span.provider = of_each_provider.provider
            and span.source_code = of_each_provider.source_code
            and span.valid_from >= of_each_provider.valid_from
            and span.valid_to <= of_each_provider.valid_to

),

chosen as (

    select
        variable,
        provider,
        source_code,
        code,
        quality,
        is_decided,
        valid_from,
        valid_to
    from ranked
    where choice = 1

)

select * from chosen

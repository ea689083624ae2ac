{# The pseudonyms by which a source knows a worker and an employer, the most
   reliable first. #}
{% macro worker_id(relation) -%}
    coalesce(
        {{ relation }}.cnss_number_pseudonym,
        {{ relation }}.cin_pseudonym,
        {{ relation }}.residence_title_pseudonym,
        {{ relation }}.passport_pseudonym,
        {{ relation }}.record_id
    )
{%- endmacro %}


{% macro employer_id(relation) -%}
    coalesce(
        {{ relation }}.affiliate_pseudonym, {{ relation }}.ice_pseudonym, ''
    )
{%- endmacro %}


{# The first of two codes that is known. #}
{% macro known_code(first, second) -%}
    case
        when {{ first }} = '_U' then coalesce({{ second }}, '_U')
        else {{ first }}
    end
{%- endmacro %}


{# One value of a column for several records of one thing: amounts add up, a
   flag is true if one is; what no source tells is null. #}
{% macro combined(column, type, is_told) -%}
    {%- if not is_told -%}
        cast(null as {{ type }})
    {%- elif type == "bigint" -%}
        cast(sum({{ column }}) as bigint)
    {%- elif type == "boolean" -%}
        max(case when {{ column }} then 1 else 0 end) = 1
    {%- else -%}
        max({{ column }})
    {%- endif -%}
{%- endmacro %}


{# The class of cl_size of an employer who declares so many workers. #}
{% macro size_code(worker_count) -%}
    case
        when {{ worker_count }} < 10 then 'S1T9'
        when {{ worker_count }} < 50 then 'S10T49'
        when {{ worker_count }} < 250 then 'S50T249'
        when {{ worker_count }} >= 250 then 'S_GE250'
        else '_U'
    end
{%- endmacro %}


{# One row a person declared in a month: what the main employer says, the wages
   of all employers with days (null where none tells one), and whether an
   employer declares a work accident. Few persons have several employers: their
   rows alone are summed, the worker first, lest they be read by the index of
   the period. #}
{% macro declared_persons() %}
    with main_employment as (

        select * from {{ ref("employment") }}
        where employer_rank = 1 and {{ affected_observations("period") }}

    ),

    other_employment as (

        select
            worker_id,
            period,
            contract,
            sum(case when is_worker then wage_centimes end) as wage_centimes,
            max(case when situation_code = 'AT' then 1 else 0 end)
                as accident_count
        from {{ ref("employment") }}
        where employer_rank > 1 and {{ affected_observations("period") }}
        group by 1, 2, 3

    ),

    person as (

        select
            main_employment.contract,
            main_employment.period,
            main_employment.employer_id,
            main_employment.birth_month,
            main_employment.sex_code,
            main_employment.citizenship_code,
            main_employment.activity_code,
            main_employment.region_code,
            main_employment.is_worker,
            case
                when main_employment.is_worker
                    then coalesce(
                        main_employment.wage_centimes
                        + other_employment.wage_centimes,
                        main_employment.wage_centimes,
                        other_employment.wage_centimes
                    )
            end as wage_centimes,
            case
                when
                    main_employment.situation_code = 'AT'
                    or other_employment.accident_count = 1
                    then 1
                else 0
            end as accident_count
        from main_employment
        left join other_employment
            on
                main_employment.contract = other_employment.contract
                and main_employment.period = other_employment.period
                and main_employment.worker_id = other_employment.worker_id

    )

    select * from person
    where is_worker or accident_count = 1
{% endmacro %}

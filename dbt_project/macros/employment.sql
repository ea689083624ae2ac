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


{# The rows of employment of periods marked for entries of a register alone; none
   in a run that makes everything. #}
{% macro limited_periods(relation="") %}
    {%- set of = relation ~ "." if relation else "" -%}
    {%- set conditions = [] -%}
    {%- if execute and is_incremental() and not is_unit_test() -%}
        {%- for id, periods in marks_of_entries().items()
            if id in contracts_of("employment") -%}
            {%- do conditions.append(
                "(" ~ of ~ "contract = '" ~ id ~ "' and "
                ~ in_list(of ~ "period", periods) ~ ")"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    ({{ conditions | join(" or ") or "1 = 0" }})
{%- endmacro %}


{# The records of employment that a run makes anew: of a limited period those of
   the workers and employers entered, and those of whom a register tells another
   thing, as a correction of one month's file may end; with what else the same
   workers do, as their employers are ranked together. #}
{% macro affected_workers() %}
    {%- set limited = limited_periods() -%}
    {%- if limited == "(1 = 0)" -%}
        1 = 1
    {%- else -%}
        {%- set entry = source("submission", "affected_entry") -%}
        not {{ limited }}
        or worker_id in (
            select made.worker_id
            from {{ this }} as made
            left join {{ ref("insured_person") }} as told
                on
                    made.provider = told.provider
                    and made.worker_id = told.cnss_number_pseudonym
            left join {{ ref("employer") }} as hiring
                on
                    made.provider = hiring.provider
                    and made.employer_id = hiring.affiliate_pseudonym
            where
                {{ limited_periods("made") }}
                and (
                    made.worker_id in (select entry from {{ entry }})
                    or made.employer_id in (select entry from {{ entry }})
                    or made.birth_month <> told.birth_month
                    or made.sex_code <> told.sex_code
                    or made.citizenship_code <> told.citizenship_code
                    or made.activity_code <> hiring.activity_code
                    or made.region_code <> hiring.region_code
                )
        )
    {%- endif -%}
{% endmacro %}


{# Replace the records that a run has made anew: of a limited period those of the
   workers that it has read, whatever was marked since. #}
{% macro get_incremental_affected_workers_sql(arg_dict) %}
    {%- set target = arg_dict["target_relation"] -%}
    {%- set made = arg_dict["temp_relation"] -%}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted")
        | join(", ") -%}
    delete from {{ target }}
    where
        ({{ affected_rows(model.name) }})
        and (
            not {{ limited_periods() }}
            or exists (
                select 1 from {{ made }} as made
                where
                    {{ target }}.contract = made.contract
                    and {{ target }}.period = made.period
                    and {{ target }}.worker_id = made.worker_id
            )
        );

    insert into {{ target }} ({{ columns }})
    select {{ columns }}
    from {{ made }};
{% endmacro %}

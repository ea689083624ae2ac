{# Whether a stock that is told from the records of months is whole, one row a
   month received: obs_status A where it is, E (estimated) where it is not. It
   is whole from an opening stock on, or once so many months came without a hole
   that nothing decided before them can still be valid; a month that never came
   ends both. `received` has one row a month: time_period, is_opening (1 or 0). #}
{% macro whole_stock(received, unbroken_months) %}
    with numbered as (

        select
            time_period,
            is_opening,
            {{ month_number("time_period") }} as month_number
        from {{ received }}

    ),

    -- Months without a hole between them stand at one distance from their rank.
    unbroken as (

        select
            *,
            month_number - row_number() over (order by month_number) as run
        from numbered

    ),

    counted as (

        select
            time_period,
            max(is_opening) over (
                partition by run
                order by month_number
                rows between unbounded preceding and current row
            ) as is_opened,
            row_number() over (partition by run order by month_number)
                as month_count
        from unbroken

    )

    select
        time_period,
        case
            when is_opened = 1 or month_count >= {{ unbroken_months }} then 'A'
            else 'E'
        end as obs_status
    from counted
{% endmacro %}


{# The unbroken months after which the stock of a dataflow is whole, as the
   dataflow's definition says. A unit test gives a number of its own. #}
{% macro whole_after(model_name) -%}
    {%- if execute and not is_unit_test() -%}
        {{ definition_of(model_name).whole_stock.unbroken_months }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

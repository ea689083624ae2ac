{# Casts of verbatim text. The cell rules have refused what cannot be read,
   so that nothing here needs to fail softly. #}

{# Digits as 0 to 9 whatever their script (Arabic-Indic, Persian, full width),
   and no spaces. Most text needs nothing, and translating it is slow. #}
{% macro western_digits(text) -%}
    {%- set spaces = " \u00a0\u202f" -%}
    case
        when
            octet_length({{ text }}) = length({{ text }})
            and {{ text }} not like '% %'
            then {{ text }}
        else translate(
            {{ text }},
            '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９{{ spaces }}',
            '012345678901234567890123456789'
        )
    end
{%- endmacro %}


{% macro to_integer(text) -%}
    cast({{ western_digits(text) }} as bigint)
{%- endmacro %}


{# A decimal number, its comma read as a point. #}
{% macro to_decimal(text) -%}
    cast(replace({{ western_digits(text) }}, ',', '.') as numeric)
{%- endmacro %}


{# The characters of a column that carry the code, where the contract says that
   they are the first ones (NMA 4711 is of division 47); a token is whole. #}
{% macro code_in(contract, column) -%}
    case
        when {{ column }} like '?%' then {{ column }}
        else left({{ matched_code(column) }}, {{ contracts()[contract].code_lengths[column] }})
    end
{%- endmacro %}


{# The records of `relation`, each once for every place in its longest list: the
   columns of the contract that hold several codes, as its separators say. #}
{% macro listed_rows(contract, relation) %}
    select
        {{ relation }}.*,
        place.item_number
    from {{ relation }}
    cross join lateral generate_series(
        1,
        greatest(
            1
            {%- for column, separator in contracts()[contract].separators.items() %},
            cardinality(
                string_to_array({{ relation }}.{{ column }}, '{{ separator }}')
            )
            {%- endfor %}
        )
    ) as place (item_number)
{% endmacro %}


{# The code at the row's place in a list; nothing where the list has ended. #}
{% macro item_of(contract, column) -%}
    nullif(trim(split_part(
        {{ column }},
        '{{ contracts()[contract].separators[column] }}',
        item_number
    )), '')
{%- endmacro %}


{# The date in a column of a contract, in the formats that the contract allows. #}
{% macro to_date(contract, column) -%}
    {%- set text = western_digits("left(" ~ column ~ ", 10)") -%}
    case
    {%- for format in contracts()[contract].date_formats[column] %}
        when {{ text }} like '{{ date_pattern(format) }}'
            then cast({{ iso_date(text, format) }} as date)
    {%- endfor %}
    end
{%- endmacro %}


{# The pattern of a date format: '%d/%m/%Y' gives '%/%/____'. #}
{% macro date_pattern(format) -%}
    {{ format.replace("%Y", "____").replace("%m", "%").replace("%d", "%") }}
{%- endmacro %}


{# Text in `format` as an ISO date: the three pieces between the separators. #}
{% macro iso_date(text, format) -%}
    {%- set separator = format[2] -%}
    {%- set pieces = format.split(separator) -%}
    {%- set ordered = [] -%}
    {%- for piece in ["%Y", "%m", "%d"] -%}
        {%- do ordered.append(
            dbt.split_part(text, "'" ~ separator ~ "'", pieces.index(piece) + 1)
        ) -%}
    {%- endfor -%}
    {{ ordered | join(" || '-' || ") }}
{%- endmacro %}

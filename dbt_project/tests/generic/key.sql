{# The columns together name one row, and none of them is empty. #}
{% test key(model, columns) %}

select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}

-- An active correction matches a record of the periods that were received and
-- accepted; what was never received says nothing of it.
with correction_applied as (

    select * from {{ ref("correction_applied") }}

)

select
    contract,
    column_name,
    source_value,
    first_period
from correction_applied
group by contract, column_name, source_value, first_period
having sum(row_count) = 0

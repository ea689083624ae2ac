with staged as (

    {{ staged("association") }}

),

decoded as (

    {{ decoded("association", "staged") }}

)

select * from decoded

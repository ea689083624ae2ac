with staged as (

    {{ staged("job_seeker") }}

),

decoded as (

    {{ decoded("job_seeker", "staged") }}

)

select * from decoded

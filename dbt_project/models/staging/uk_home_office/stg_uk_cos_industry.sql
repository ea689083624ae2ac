with source as (

    {{ current_rows("uk_cos_industry") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("uk_cos_industry") }} as record_id,
        submission_id,
        line_number,
        replace(quarter, ' ', '-') as time_period,
        {{ to_integer("applications") }} as obs_value,
        type_of_application as application_type_source_code,
        category_of_leave as leave_category_source_code,
        industry as activity_source_code
    from source

)

select * from renamed

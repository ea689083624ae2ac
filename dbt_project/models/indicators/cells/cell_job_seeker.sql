with job_seeker as (

    select * from {{ ref("job_seeker") }}
    where {{ affected_observations("period") }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

region as (

    {{ codes_at_level("cl_region", 2) }}

),

education as (

    {{ codes_at_level("cl_education", 1) }}

),

cells as (

    select
        job_seeker.period as time_period,
        job_seeker.citizenship_code as citizenship,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        job_seeker.sex_code as sex,
        {{ age_code(age_at_month_end(
            "job_seeker.birth_month", "job_seeker.period"
        )) }} as age,
        coalesce(region.ancestor_code, '_U') as ref_area,
        coalesce(education.ancestor_code, '_U') as education,
        job_seeker.migrant_status_code as status,
        job_seeker.entry_door_code as entry_door,
        count(*) as registration_count
    from job_seeker
    left join citizenship_group
        on job_seeker.citizenship_code = citizenship_group.code
    left join region on job_seeker.region_code = region.code
    left join education on job_seeker.education_code = education.code
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

)

select * from cells

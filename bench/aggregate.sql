-- The same cells and observations as dbt's models, as a careful person would
-- write them for one month: records grouped once, by their codes and ages, then
-- bands and sections of the groups, then grouping sets of the cells.
create table hand_cells as
with size as (
    select
        employer_id,
        case
            when count(*) < 10 then 'S1T9'
            when count(*) < 50 then 'S10T49'
            when count(*) < 250 then 'S50T249'
            else 'S_GE250'
        end as size
    from harmonised.employment
    where is_worker
    group by employer_id
),

other as (
    select
        worker_id,
        sum(wage_centimes) filter (where is_worker) as wage_centimes,
        bool_or(situation_code = 'AT') as has_accident
    from harmonised.employment
    where employer_rank > 1
    group by worker_id
),

finest as (
    select
        main.citizenship_code,
        main.sex_code,
        (
            2026 * 12 + 3 - left(main.birth_month, 4)::integer * 12
            - right(main.birth_month, 2)::integer
        ) / 12 as age,
        main.activity_code,
        main.region_code,
        size.size,
        count(*) filter (where main.is_worker) as worker_count,
        count(main.wage_centimes) filter (where main.is_worker) as paid_count,
        sum(main.wage_centimes + coalesce(other.wage_centimes, 0))
            filter (where main.is_worker) as wage_centimes,
        count(*) filter (where main.situation_code = 'AT' or other.has_accident)
            as accident_count
    from harmonised.employment as main
    left join size on main.employer_id = size.employer_id
    left join other on main.worker_id = other.worker_id
    where
        main.employer_rank = 1
        and (main.is_worker or main.situation_code = 'AT' or other.has_accident)
    group by 1, 2, 3, 4, 5, 6
)

select
    citizenship_code as citizenship,
    sex_code as sex,
    case
        when age < 15 then 'Y_LT15'
        when age < 25 then 'Y15T24'
        when age < 35 then 'Y25T34'
        when age < 45 then 'Y35T44'
        when age < 55 then 'Y45T54'
        when age < 65 then 'Y55T64'
        when age >= 65 then 'Y_GE65'
        else '_U'
    end as age,
    coalesce(section.parent_code, activity_code) as activity,
    region_code as ref_area,
    coalesce(size, '_U') as size,
    case
        when citizenship_code in ('MA', '_U') then citizenship_code
        when parent.level = '3' then parent.parent_code
        else parent.code
    end as citizenship_group,
    sum(worker_count) as worker_count,
    sum(paid_count) as paid_count,
    sum(wage_centimes) as wage_centimes,
    sum(accident_count) as accident_count
from finest
left join codelists.cl_activity as section
    on finest.activity_code = section.code
left join codelists.cl_area as area on finest.citizenship_code = area.code
left join codelists.cl_area as parent on area.parent_code = parent.code
group by 1, 2, 3, 4, 5, 6, 7;

analyze hand_cells;

create table hand_observations as
select
    coalesce(citizenship, '_T') as citizenship,
    coalesce(citizenship_group, '_T') as citizenship_group,
    coalesce(sex, '_T') as sex,
    coalesce(age, '_T') as age,
    coalesce(activity, '_T') as activity,
    coalesce(ref_area, '_T') as ref_area,
    coalesce(size, '_T') as size,
    sum(worker_count) as obs_value
from hand_cells
where worker_count > 0
group by grouping sets (
    (),
    (citizenship), (citizenship_group), (sex), (age), (activity), (ref_area),
    (size),
    (citizenship, sex), (citizenship, age), (sex, age),
    (citizenship, sex, age),
    (citizenship, activity), (citizenship, ref_area),
    (citizenship_group, sex), (citizenship_group, activity), (sex, activity),
    (citizenship_group, sex, activity),
    (citizenship_group, ref_area), (sex, ref_area),
    (citizenship_group, sex, ref_area),
    (citizenship_group, size), (sex, size), (citizenship_group, sex, size),
    (activity, ref_area), (sex, activity, ref_area),
    (activity, size), (ref_area, size), (activity, ref_area, size)
);
analyze hand_observations;

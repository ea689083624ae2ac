with contract_visa as (

    select * from {{ ref("contract_visa") }}
    where {{ affected_observations("period") }}

),

activity_section as (

    {{ codes_at_level("cl_activity", 1) }}

),

occupation_group as (

    {{ codes_at_level("cl_occupation", 1) }}

),

decision as (

    {{ codes_at_level("cl_visa_decision", 1) }}

),

citizenship_group as (

    {{ citizenship_groups() }}

),

cells as (

    select
        contract_visa.period as time_period,
        contract_visa.citizenship_code as citizenship,
        coalesce(citizenship_group.group_code, '_U') as citizenship_group,
        contract_visa.sex_code as sex,
        coalesce(activity_section.ancestor_code, '_U') as activity,
        coalesce(occupation_group.ancestor_code, '_U') as occupation,
        contract_visa.application_type_code as application_type,
        coalesce(decision.ancestor_code, '_U') as status,
        contract_visa.contract_type_code as contract_type,
        {{ duration_code(
            "contract_visa.duration_months", "contract_visa.contract_type_code"
        ) }} as duration,
        count(*) as decision_count
    from contract_visa
    left join activity_section
        on contract_visa.activity_code = activity_section.code
    left join occupation_group
        on contract_visa.occupation_code = occupation_group.code
    left join decision on contract_visa.visa_decision_code = decision.code
    left join citizenship_group
        on contract_visa.citizenship_code = citizenship_group.code
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

),

rolled_up as (

    {{ rolled_up("cells", ["decision_count"]) }}

),

observations as (

    {{ observations("rolled_up", "decision_count", "decision_count") }}

)

select * from observations

{# The harmonised facts that tell of persons, and how: the status in which an
   episode of the fact puts the person (none: the fact tells of a person, and
   of no episode), the first day and the day after the last one (null where the
   source tells no end), the day of the record, the number by which the source
   knows the person, and the kind of that number where linkage knows it. `only`
   are the records that count. Extracts of nationals alone tell no citizenship. #}
{% macro person_facts() %}
{{ return({
    "residence_permit": {
        "status": "TITLED",
        "starts": "case when title_status_code = 'CANCELLED' then decision_date"
            ~ " else greatest(decision_date, valid_from) end",
        "ends": "case when title_status_code = 'CANCELLED' then decision_date"
            ~ " else valid_to end",
        "day": "decision_date",
        "number": "residence_title_pseudonym",
        "opening": "title_status_code = 'TAKEN_OVER'",
    },
    "contract_visa": {
        "status": "VISA",
        "starts": "decision_date",
        "ends": months_after("decision_date", "duration_months"),
        "day": "decision_date",
        "number": "visa_file_pseudonym",
        "only": "visa_decision_code = 'GRANTED'",
    },
    "employment": {
        "status": "EMPLOYED",
        "starts": first_day("period"),
        "ends": "cast("
            ~ dbt.dateadd("day", 1, dbt.last_day(first_day("period"), "month"))
            ~ " as date)",
        "day": first_day("period"),
        "number": "worker_id",
        "identifier_type": "cnss_number",
        "only": "is_main_employer and " ~ is_foreign("citizenship_code"),
    },
    "insured_person": {
        "day": "registered_date",
        "number": "cnss_number_pseudonym",
        "only": is_foreign("citizenship_code"),
    },
    "job_seeker": {
        "status": "SEEKER",
        "starts": "registered_date",
        "day": "registered_date",
        "number": "anapec_number_pseudonym",
    },
    "journey": {
        "day": "step_date",
        "number": "anapec_number_pseudonym",
        "identifier_type": "anapec_number",
    },
    "placement": {
        "status": "PLACED",
        "starts": "placement_date",
        "ends": months_after("placement_date", "duration_months"),
        "day": "placement_date",
        "number": "anapec_number_pseudonym",
        "identifier_type": "anapec_number",
    },
    "placement_abroad": {
        "status": "PLACED_ABROAD",
        "starts": "departure_date",
        "ends": "coalesce(return_date, "
            ~ months_after("departure_date", "duration_months") ~ ")",
        "day": "departure_date",
        "number": "anapec_number_pseudonym",
        "citizenship": "'MA'",
    },
    "seasonal_stay": {
        "status": "SEASONAL",
        "starts": "departure_date",
        "ends": "return_date",
        "day": "departure_date",
        "number": "anapec_number_pseudonym",
        "citizenship": "'MA'",
    },
    "reintegration": {
        "status": "REINTEGRATION",
        "starts": "registered_date",
        "day": "registered_date",
        "number": "anapec_number_pseudonym",
        "citizenship": "'MA'",
    },
    "consular_registration": {
        "status": "CONSULAR",
        "starts": "registered_date",
        "day": "registered_date",
        "number": "consular_number_pseudonym",
        "citizenship": "'MA'",
    },
    "regularisation_request": {
        "status": "REGULARISED",
        "starts": "case when regularisation_decision_code like 'GRANTED%'"
            ~ " then decision_date end",
        "day": "requested_date",
        "number": "file_number_pseudonym",
    },
    "prior_learning": {
        "day": "decision_date",
        "number": "file_number_pseudonym",
    },
}) }}
{% endmacro %}


{# The facts that tell a person's sex, month of birth and citizenship, the most
   authoritative first: the police of foreigners, the insured persons' register,
   then the others. #}
{% macro facts_by_authority() %}
{{ return([
    "residence_permit",
    "insured_person",
    "regularisation_request",
    "contract_visa",
    "job_seeker",
    "placement",
    "employment",
    "prior_learning",
    "consular_registration",
    "placement_abroad",
    "seasonal_stay",
    "reintegration",
    "journey",
]) }}
{% endmacro %}


{% macro authority(fact) -%}
    case {{ fact }}
        {%- for name in facts_by_authority() %}
        when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}


{# Whether a code of citizenship is known and another country's. #}
{% macro is_foreign(citizenship_code) -%}
    {{ citizenship_code }} not in ('MA', '_U', '_Z')
{%- endmacro %}


{# The day so many months after; null where their number is not told. #}
{% macro months_after(day, months) -%}
    cast({{ dbt.dateadd("month", "cast(" ~ months ~ " as integer)", day) }} as date)
{%- endmacro %}


{# The records of `relation` with the person of each: by the record, else by the
   number where it is one person's alone, else a person of its own, who is the
   same as long as the source knows the same number. #}
{% macro with_person(relation) %}
    select
        record.*,
        coalesce(
            person_link.person_key,
            person_identifier.person_key,
            {{ dbt.hash(
                "record.contract || '|' ||"
                ~ " coalesce(record.number_pseudonym, record.record_id)"
            ) }}
        ) as linked_key,
        person_link.person_key is not null
        or person_identifier.person_key is not null as has_link
    from {{ relation }} as record
    left join {{ source("linkage", "person_link") }} as person_link
        on
            record.contract = person_link.contract
            and record.record_id = person_link.record_id
    left join {{ source("linkage", "person_identifier") }} as person_identifier
        on
            record.identifier_type = person_identifier.identifier_type
            and record.number_pseudonym = person_identifier.pseudonym
            and not person_identifier.is_shared
{% endmacro %}


{# The title number of a decision; one without a number stands for itself. #}
{% macro title_number() -%}
    case
        when status_code = 'TITLED' then coalesce(number_pseudonym, record_id)
    end
{%- endmacro %}


{# Replace the records of whole periods, and note in changed_record whose they
   were and are, as far as they differ. A build that is killed in between finds
   the note when it begins again: here the records before are gone. #}
{% macro get_incremental_affected_records_sql(arg_dict) %}
    {%- set before -%}
    select * from {{ arg_dict["target_relation"] }}
    where {{ affected_rows() }}
    {%- endset -%}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted")
        | join(", ") -%}
    {%- set after -%}
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
    {%- endset -%}
    {%- set before = before | replace("*", columns) -%}
    insert into {{ changed_records() }} (person_key, title, is_opening)
    select distinct person_key, {{ title_number() }}, is_opening
    from (
        ({{ before }} except {{ after }})
        union all
        ({{ after }} except {{ before }})
    ) as changed;

    {{ get_incremental_affected_periods_sql(arg_dict) }}
{% endmacro %}


{# Replace what linked models tell of the persons, or of the titles, whose
   records have changed. #}
{% macro get_incremental_touched_rows_sql(arg_dict) %}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted")
        | join(", ") -%}
    delete from {{ arg_dict["target_relation"] }}
    where {{ replaced_rows() }};

    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict["temp_relation"] }};
{% endmacro %}


{# The records that a run of a linked model reads: those of the persons, or of
   the titles, whose records have changed. #}
{% macro touched_rows() %}
    {%- if is_unit_test() or not execute or not is_incremental() -%}
        1 = 1
    {%- else -%}
        {{ replaced_rows() }}
    {%- endif -%}
{% endmacro %}


{# A decision ends the one before it on its title, whoever holds that; a stock
   taken over ends all. #}
{% macro replaced_rows() %}
    {%- set changed = changed_records() -%}
    {%- set is_opened = run_query(
        "select count(*) from " ~ changed ~ " where is_opening"
    ).rows[0][0] > 0 -%}
    {%- if model.name == "title_held" -%}
        {%- if is_opened -%}
            1 = 1
        {%- else -%}
            title in (select title from {{ changed }} where title is not null)
        {%- endif -%}
    {%- elif model.name == "person" -%}
        person_key in (select person_key from {{ changed }})
    {%- else -%}
        person_key in (
            select person_key from {{ changed }}
            union
            select person_key from {{ relation_of("linked", "person_record") }}
            where
                status_code = 'TITLED'
                {%- if not is_opened %}
                and number_pseudonym in (
                    select title from {{ changed }} where title is not null
                )
                {%- endif %}
        )
    {%- endif -%}
{% endmacro %}


{% macro changed_records() %}
    {{- return(relation_of("linked", "changed_record")) -}}
{% endmacro %}

{# Let the readers of the marts into the schemas that this run has made. #}
{% macro open_to_readers(schemas) %}
    {% for schema in schemas %}
        grant usage on schema {{ schema }} to simimo_analyst;
        grant usage on schema {{ schema }} to simimo_pipeline;
        -- Linkage reads what source codes mean, and no record.
        grant usage on schema {{ schema }} to simimo_linkage;
    {% endfor %}
{% endmacro %}


{# After a build without a fault, remember what it was built from, so that the
   next one knows whether code or seeds have changed since. The call that makes
   the indicators is the last one of a build; what has changed is made by then. #}
{% macro record_build(results) %}
    {% set broken = results
        | selectattr("status", "in", ["error", "fail", "skipped"]) | list %}
    {% set made = results | selectattr("node.schema", "equalto", "indicators") | list %}
    {% if var("project_hash") and made and not broken %}
        {% if results | selectattr("node.name", "equalto", "episode") | list %}
            delete from {{ changed_records() }};
        {% endif %}
        drop table if exists harmonised.build;
        create table harmonised.build as
        select
            '{{ var("project_hash") }}' as project_hash,
            '{{ var("seeds_hash") }}' as seeds_hash,
            current_timestamp as built_at;
        comment on table harmonised.build is 'The last build without a fault';
        comment on column harmonised.build.project_hash is
            'Hash of models, macros and seeds that the tables were built from';
        comment on column harmonised.build.seeds_hash is
            'Hash of the seeds that were loaded';
        comment on column harmonised.build.built_at is 'Instant of the build';
        grant select on harmonised.build to simimo_analyst;
        grant select on harmonised.build to simimo_pipeline;
    {% endif %}
{% endmacro %}


{# A table that a run changes by its periods keeps the comments and the rights it
   was made with: code that says otherwise makes it anew. To state them again in
   each build of a month would cost as much as the smaller models themselves. #}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) %}
    {% if not is_incremental() %}
        {{ default__persist_docs(relation, model, for_relation, for_columns) }}
    {% endif %}
{% endmacro %}


{% macro postgres__apply_grants(relation, grant_config, should_revoke) %}
    {% if not is_incremental() %}
        {{ default__apply_grants(relation, grant_config, should_revoke) }}
    {% endif %}
{% endmacro %}

with source as (

    {{ current_rows("dgsn_border_crossings") }}

),

renamed as (

    select
        contract,
        period,
        {{ record_id("dgsn_border_crossings") }} as record_id,
        submission_id,
        line_number,
        {{ to_integer("nombre") }} as crossing_count,
        poste as border_post_source_code,
        nationalite as citizenship_source_code,
        sens as direction_source_code,
        mode as transport_mode_source_code,
        motif as reason_source_code
    from source

)

select * from renamed

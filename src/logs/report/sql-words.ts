/** Words that are no names of anybody: the keywords of PostgreSQL 15 (pg_get_keywords), its types, common functions and settings. */
export const SQL_WORDS: ReadonlySet<string> = new Set(
  (
    'abort abs absolute access aclitem action add admin after age aggregate all also alter always analyse analyze ' +
    'and any application_name array array_agg array_length array_to_string as asc asensitive assertion assignment ' +
    'asymmetric at atomic attach attribute authorization avg backward before begin between bigint binary bit bool ' +
    'bool_and bool_or boolean both box bpchar breadth btrim by bytea cache call called cardinality cascade ' +
    'cascaded case cast catalog ceil chain char character character_data characteristics check checkpoint circle ' +
    'class client_encoding clock_timestamp close cluster coalesce collate collation column columns comment ' +
    'comments commit committed compression concat concat_ws concurrently configuration conflict connection ' +
    'constraint constraints content continue conversion copy cost count create cross cstring csv ctid cube ' +
    'cume_dist current current_catalog current_date current_role current_schema current_setting current_time ' +
    'current_timestamp current_user cursor cycle data database date date_part date_trunc datemultirange daterange ' +
    'day deallocate dec decimal declare default defaults deferrable deferred definer delete delimiter delimiters ' +
    'dense_rank depends depth desc detach dictionary disable discard distinct do document domain double drop each ' +
    'else enable encode encoding encrypted end enum escape event every except exclude excluded excluding exclusive ' +
    'execute exists explain expression extension external extract false family fetch filter finalize first ' +
    'first_value float float4 float8 floor following for force foreign format forward freeze from full function ' +
    'functions gen_random_uuid generate_series generate_subscripts generated global grant granted greatest group ' +
    'grouping groups gtsvector handler having header hold hour identity idle_in_transaction_session_timeout if ' +
    'ilike immediate immutable implicit import in include including increment index indexes inet ' +
    'information_schema inherit inherits initially inline inner inout input insensitive insert instead int int2 ' +
    'int4 int4multirange int4range int8 int8multirange int8range integer intersect interval into invoker is isnull ' +
    'isolation join json json_agg json_build_object jsonb jsonb_agg jsonb_array_elements jsonb_build_object ' +
    'jsonb_each jsonb_object_agg jsonpath key label lag language large last last_value lateral lead leading ' +
    'leakproof least left length level like limit line listen ln load local localtime localtimestamp location lock ' +
    'lock_timeout locked logged lower lpad lseg ltrim macaddr macaddr8 make_interval mapping match matched ' +
    'materialized max maxvalue md5 merge method min minute minvalue mod mode money month move name names national ' +
    'natural nchar new next nextval nfc nfd nfkc nfkd no none normalize normalized not nothing notify notnull now ' +
    'nowait ntile null nullif nulls numeric nummultirange numrange object of off offset oid oids old on only ' +
    'operator option options or order ordinality others out outer over overlaps overlay overriding owned owner ' +
    'parallel parameter parser partial partition passing password path percentile_cont percentile_disc ' +
    'pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock pg_backend_pid pg_cancel_backend pg_catalog ' +
    'pg_sleep pg_terminate_backend pg_toast pg_try_advisory_lock placing plainto_tsquery plans point policy ' +
    'polygon position postgres power preceding precision prepare prepared preserve primary prior privileges ' +
    'procedural procedure procedures program public publication quote random range rank read real reassign recheck ' +
    'record recursive ref refcursor references referencing refresh regexp_matches regexp_replace reindex relative ' +
    'release rename repeat repeatable replace replica reset restart restrict return returning returns reverse ' +
    'revoke right role rollback rollup round routine routines row row_number row_to_json rows rpad rtrim rule ' +
    'savepoint schema schemas scroll search search_path second security select sequence sequences serializable ' +
    'server session session_user set set_config setof sets setval share show similar similarity simple skip ' +
    'smallint snapshot some split_part sql sqrt stable standalone start statement statement_timeout ' +
    'statement_timestamp statistics stdin stdout storage stored strict string_agg string_to_array strip strpos ' +
    'subscription substr substring sum support symmetric synchronous_commit sysid system table tableoid tables ' +
    'tablesample tablespace temp template template0 template1 temporary text then ties time time_stamp timeofday ' +
    'timestamp timestamptz timetz timezone to to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery ' +
    'to_tsvector trailing transaction transaction_timestamp transform translate treat trigger trim true trunc ' +
    'truncate trusted ts_rank tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot type ' +
    'types uescape unbounded uncommitted unencrypted union unique unknown unlisten unlogged unnest until update ' +
    'upper user using uuid uuid_generate_v4 vacuum valid validate validator value values varbit varchar variadic ' +
    'varying verbose version view views void volatile when where whitespace width_bucket window with within ' +
    'without work work_mem wrapper write xmax xmin xml xmlagg xmlattributes xmlconcat xmlelement xmlexists ' +
    'xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable year yes yes_or_no zone'
  ).split(' '),
);

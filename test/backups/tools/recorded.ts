/** `pgbackrest --output=json info` of pgBackRest 2.45 (Debian 12). */
export function info(): string {
  return `[{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000002","min":"000000010000000000000001"}],"backup":[{"archive":{"start":"000000010000000000000002","stop":"000000010000000000000002"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":22992563,"repository":{"delta":3043473,"size":3043473},"size":22992563},"label":"20261129-081712F","lsn":{"start":"0/2000028","stop":"0/2000100"},"prior":null,"reference":null,"timestamp":{"start":1795940232,"stop":1795940237},"type":"full"}],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7713504547109250712,"version":"15"}],"name":"shop","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]`;
}

/** The two files of the same repository: their sums are those that pgBackRest wrote. */
export const backupInfo = `[backrest]
backrest-format=5
backrest-version="2.45"

[backup:current]
20261129-081712F={"backrest-format":5,"backrest-version":"2.45","backup-archive-start":"000000010000000000000002","backup-archive-stop":"000000010000000000000002","backup-error":false,"backup-info-repo-size":3043473,"backup-info-repo-size-delta":3043473,"backup-info-size":22992563,"backup-info-size-delta":22992563,"backup-lsn-start":"0/2000028","backup-lsn-stop":"0/2000100","backup-timestamp-start":1795940232,"backup-timestamp-stop":1795940237,"backup-type":"full","db-id":1,"option-archive-check":true,"option-archive-copy":false,"option-backup-standby":false,"option-checksum-page":false,"option-compress":true,"option-hardlink":false,"option-online":true}

[db]
db-catalog-version=202209061
db-control-version=1300
db-id=1
db-system-id=7713504547109250712
db-version="15"

[db:history]
1={"db-catalog-version":202209061,"db-control-version":1300,"db-system-id":7713504547109250712,"db-version":"15"}

[backrest]
backrest-checksum="c104806b6a63417c8e0f7a36d0d811e9fc5d8310"
`;
export const archiveInfo = `[backrest]
backrest-format=5
backrest-version="2.45"

[db]
db-id=1
db-system-id=7713504547109250712
db-version="15"

[db:history]
1={"db-id":7713504547109250712,"db-version":"15"}

[backrest]
backrest-checksum="42c234049dd286b65551458c64fdaab94a91a3d9"
`;

/** `barman -f json show-backup shop latest` of Barman 3.4 (Debian 12), but for what nobody reads. */
export const barmanShown = JSON.stringify({
  shop: {
    backup_id: '20261129T081835',
    base_backup_information: {
      analysis_time_seconds: 0,
      begin_lsn: '0/2000028',
      begin_offset: 40,
      begin_time: '2026-11-29 08:18:35.366314+00:00',
      begin_time_timestamp: '1795940315',
      begin_wal: '000000010000000000000002',
      copy_time_seconds: 1.755498,
      disk_usage: '22.1 MiB',
      disk_usage_bytes: 23130136,
      disk_usage_with_wals_bytes: 39907352,
      end_lsn: '0/3000000',
      end_offset: 0,
      end_time_timestamp: '1795940317',
      end_wal: '000000010000000000000002',
      incremental_size_bytes: 23130136,
      number_of_workers: 1,
      timeline: 1,
    },
    catalog_information: {
      next_backup: '- (this is the latest base backup)',
      previous_backup: '- (this is the oldest base backup)',
      retention_policy: 'not enforced',
    },
    pgdata_directory: '/var/lib/postgresql/15/main',
    postgresql_version: 150018,
    status: 'DONE',
    tablespaces: [],
    wal_information: { last_available: '000000010000000000000002', no_of_files: 0, timelines: [] },
  },
});

/** `wal-g backup-list --detail --json`: the form is that of its source (backup_time.go, backup_sentinel_dto.go). */
export const walGList = `[
  {"backup_name":"base_000000010000000000000004","time":"2026-11-29T02:00:30Z","wal_file_name":"000000010000000000000004","storage_name":"default","start_time":"2026-11-29T02:00:00.5Z","finish_time":"2026-11-29T02:00:29Z","date_fmt":"%Y-%m-%dT%H:%M:%S.%fZ","hostname":"db-1","data_dir":"/data","pg_version":150018,"start_lsn":67108904,"finish_lsn":67109120,"is_permanent":false,"system_identifier":7713504547109250712,"uncompressed_size":23000000,"compressed_size":3000000},
  {"backup_name":"base_000000010000000000000008_D_000000010000000000000004","time":"2026-11-30T02:00:30Z","wal_file_name":"000000010000000000000008","storage_name":"default","start_time":"2026-11-30T02:00:00Z","finish_time":"2026-11-30T02:00:29Z","date_fmt":"%Y-%m-%dT%H:%M:%S.%fZ","hostname":"db-1","data_dir":"/data","pg_version":150018,"start_lsn":134217768,"finish_lsn":134217984,"is_permanent":false,"system_identifier":7713504547109250712,"uncompressed_size":9000000,"compressed_size":900000}
]`;

/** `wal-g wal-show --detailed-json --without-backups`, after its source (wal_show_handler.go). */
export function walGShow(missing: readonly string[] = []): string {
  const status = missing.length === 0 ? 'OK' : 'LOST_SEGMENTS';
  const timeline = {
    id: 1,
    parent_id: 0,
    switch_point_lsn: 0,
    start_segment: '000000010000000000000001',
    end_segment: '000000010000000000000009',
    segments_count: 9 - missing.length,
    missing_segments: missing,
    segment_range_size: 9,
    status,
  };
  return JSON.stringify([timeline]);
}

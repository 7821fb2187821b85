/** What is asked of the server. */
export type BackupOrder = {
  label: string;
  checkpoint: 'fast' | 'spread';
  maxRateBytes?: number;
  kind: 'full' | 'incremental';
};

/** The server takes 32 kB a second at least and 1 GB at most. https://www.postgresql.org/docs/current/protocol-replication.html */
const RATE_KIB = { least: 32, most: 1_048_576 };

/**
 * Pure: the command. It waits for no archive, since its WAL comes with it. The server looks at its pages as well: it can read a
 * page again that was read while it was written, and we cannot.
 */
export function backupCommand({ label, checkpoint, maxRateBytes, kind }: BackupOrder): string {
  const options = [
    `LABEL '${label.replaceAll("'", "''")}'`,
    `CHECKPOINT '${checkpoint}'`,
    'PROGRESS true',
    'WAL true',
    'WAIT false',
    "MANIFEST 'yes'",
    "MANIFEST_CHECKSUMS 'CRC32C'",
    'VERIFY_CHECKSUMS true',
    ...(maxRateBytes === undefined ? [] : [`MAX_RATE ${rateKib(maxRateBytes)}`]),
    ...(kind === 'incremental' ? ['INCREMENTAL true'] : []),
  ];
  return `BASE_BACKUP (${options.join(', ')})`;
}

function rateKib(maxRateBytes: number): number {
  return Math.min(RATE_KIB.most, Math.max(RATE_KIB.least, Math.floor(maxRateBytes / 1024)));
}

/** A spread checkpoint that takes longer is not waited for. */
const LONGEST_SPREAD_SECONDS = 300;

/**
 * Pure: how the checkpoint is made with which a backup begins. Users of a primary feel one that is made at once; on a standby it
 * only writes what is already on the primary's disk.
 */
export function checkpointFor(member: { inRecovery: boolean; spreadSeconds: number }): 'fast' | 'spread' {
  return member.inRecovery || member.spreadSeconds > LONGEST_SPREAD_SECONDS ? 'fast' : 'spread';
}

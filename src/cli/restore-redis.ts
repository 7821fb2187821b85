import type { RestoredRedis, RestoredShard } from '../app/restore/restore-redis.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';

/** Pure: as a person reads what was restored of Redis, and how it is started. */
export function redisTold({ record, proofs, shards }: RestoredRedis): string {
  const [proof] = proofs.filter(({ outcome }) => outcome === 'passed').toSorted((a, b) => (a.level < b.level ? 1 : -1));
  const proven = proof === undefined ? 'never proven before' : `proven ${proof.level} at ${proof.at}`;
  const skew =
    shards.length > 1
      ? `, its ${shards.length} shards cut within ${record.skewMs} ms: not one moment of all of them`
      : '';
  return `${[
    `Restored ${record.target} as it was at ${record.shards[0]?.at ?? record.endedAt}${skew}`,
    `  from ${record.label} (${proven})`,
    ...shards.map((shard) => `  ${shard.directory}/dump.rdb: ${loadedText(shard)}`),
    '',
    'To go on, on a machine where it shall run (never over the data of a server that is used):',
    ...shards.map(({ directory }, at) => `  ${startText(directory, 6380 + at, shards.length > 1)}`),
    ...(shards.length > 1 ? ['  and put them together as docs/restore.md says'] : []),
  ].join('\n')}\n`;
}

/** Without `appendonly no` a server would look for its append-only file first, find none, and be empty. */
function startText(directory: string, port: number, isCluster: boolean): string {
  const cluster = isCluster ? ' --cluster-enabled yes' : '';
  return `redis-server --port ${port} --dir ${directory} --dbfilename dump.rdb --appendonly no${cluster}`;
}

function loadedText({ loaded }: RestoredShard): string {
  if ('problem' in loaded) return loaded.problem;
  if ('skipped' in loaded) return `every byte is right; not loaded, because ${loaded.skipped}`;
  return `loaded by redis-server ${loaded.version} in ${loaded.seconds.toFixed(1)} s, ${loaded.keys} keys`;
}

/** Pure: the result for a script. */
export function redisShown({ record, proofs, shards }: RestoredRedis) {
  return {
    target: record.target,
    backups: [record.label],
    at: record.shards.map(({ member, at }) => ({ member, at })),
    skewMs: record.skewMs,
    proofs: proofs.map(({ level, at, outcome }) => ({ level, at, outcome })),
    shards: shards.map(({ member, directory, loaded }) => ({ member, file: `${directory}/dump.rdb`, loaded })),
  };
}

export function redisExit({ shards }: RestoredRedis): ExitCode {
  if (shards.some(({ loaded }) => 'problem' in loaded)) return exitCodes.critical;
  return shards.some(({ loaded }) => 'skipped' in loaded) ? exitCodes.warning : exitCodes.ok;
}

import { dirname } from 'node:path';
import { storeNamed } from '../app/restore/store-named.ts';
import { toolNamed } from '../app/tools/tool-named.ts';
import { restore as restoreInto, type Restored } from '../app/restore/restore.ts';
import { redisPlaceOf, restoreRedis } from '../app/restore/restore-redis.ts';
import { targetText } from '../backups/restore/target.ts';
import { postgresBinariesOf } from '../runtime/postgres-versions.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Streams } from './ports.ts';
import type { RestoreWords } from './restore-arguments.ts';
import { reachedLines } from './reached-lines.ts';
import { restoreOfTool } from './restore-of-tool.ts';
import { restoreProgress } from './restore-progress.ts';
import { redisExit, redisShown, redisTold } from './restore-redis.ts';

/** Restores, says what was reached and how to go on; the server is stopped again unless it is to be kept. */
export async function restore(words: RestoreWords, streams: Streams): Promise<ExitCode> {
  const { target, to, into, from, keep, json } = words;
  const progress = restoreProgress(streams);
  const tool = await toolNamed(target);
  if (tool !== undefined) return restoreOfTool(tool, words, streams, progress);
  const store = await storeNamed(words.store);
  const request = { store, target, to, into, ...(from === undefined ? {} : { label: from }) };
  const snapshots = await redisPlaceOf(store, target);
  if (snapshots !== undefined) {
    const said = await restoreRedis(request, snapshots, progress).finally(() => progress.stop());
    if ('refused' in said) return notRestored(said, json, streams);
    streams.out(json ? `${JSON.stringify(redisShown(said.done), null, 2)}\n` : redisTold(said.done));
    return redisExit(said.done);
  }
  const answer = await restoreInto(request, progress).finally(() => progress.stop());
  if ('refused' in answer) return notRestored(answer, json, streams);
  const { started } = answer.done;
  if ('server' in started && !keep) await started.server.stop();
  streams.out(json ? `${JSON.stringify(shown(answer.done, keep), null, 2)}\n` : told(answer.done, keep));
  if ('server' in started) return exitCodes.ok;
  return postgresBinariesOf(answer.done.choice.system.major) === undefined ? exitCodes.warning : exitCodes.critical;
}

function notRestored(answer: { refused: string }, json: boolean, streams: Streams): ExitCode {
  if (json) streams.out(`${JSON.stringify(answer, null, 2)}\n`);
  else streams.err(`Not restored: ${answer.refused}\n`);
  return exitCodes.couldNotLook;
}

/** The result for a script. */
function shown({ choice, place, started }: Restored, keep: boolean) {
  return {
    target: choice.system.target,
    to: targetText(choice.target),
    backups: choice.chain.map(({ label }) => label),
    proofs: choice.proofs.map(({ level, at, outcome }) => ({ level, at, outcome })),
    walSegments: choice.wal.length,
    dataDirectory: place.data,
    ...('server' in started
      ? { reached: started.reached, ...(keep ? { port: started.server.port, pid: started.server.pid } : {}) }
      : { notStarted: started.notStarted }),
  };
}

function told(done: Restored, keep: boolean): string {
  const { choice, place, started } = done;
  const [proof] = choice.proofs
    .filter(({ outcome }) => outcome === 'passed')
    .toSorted((a, b) => (a.level < b.level ? 1 : -1));
  const proven = proof === undefined ? 'never proven by a restore before' : `proven ${proof.level} at ${proof.at}`;
  const lines = [
    `Restored ${choice.system.target} to ${targetText(choice.target)} into ${place.data}`,
    `  from ${choice.chain.map(({ label }) => label).join(' + ')} (${proven}) and ${choice.wal.length} segments of WAL`,
    ...('server' in started ? reachedLines(started.reached) : [`  not started: ${started.notStarted}`]),
    ...('server' in started && keep
      ? [`  it runs on 127.0.0.1:${started.server.port}, pid ${started.server.pid}`]
      : []),
    '',
    'To go on:',
    ...howTo(done, keep),
  ];
  return `${lines.join('\n')}\n`;
}

function howTo({ choice, place, started }: Restored, keep: boolean): string[] {
  const { major } = choice.system;
  const bin = dirname(postgresBinariesOf(major)?.postgres ?? `/usr/lib/postgresql/${major}/bin/postgres`);
  const start = `  ${bin}/pg_ctl -D ${place.data} -o "-p 5433" start`;
  if ('server' in started && keep)
    return [`  psql -h 127.0.0.1 -p ${started.server.port}`, `  ${bin}/pg_ctl -D ${place.data} stop`];
  if ('server' in started) return [start];
  return [`${start}   # as the account that owns the files; it replays the WAL in ${place.wal}`];
}

import { dirname } from 'node:path';
import type { RestoreListener } from '../app/restore/restore.ts';
import { restoreWithTool, type ToolRestored } from '../app/tools/restore-with-tool.ts';
import { targetText } from '../backups/restore/target.ts';
import { toolTitles, type BackupToolSpec } from '../core/backup-tool.ts';
import { postgresBinariesOf } from '../runtime/postgres-versions.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Streams } from './ports.ts';
import type { RestoreWords } from './restore-arguments.ts';
import { reachedLines } from './reached-lines.ts';

/** Restores what another tool has, says what was reached and how to go on. */
export async function restoreOfTool(
  tool: BackupToolSpec,
  words: RestoreWords,
  streams: Streams,
  progress: RestoreListener & { stop(): void },
): Promise<ExitCode> {
  const { to, into, from, keep, json } = words;
  const request = { tool, to, into, ...(from === undefined ? {} : { label: from }) };
  const answer = await restoreWithTool(request, progress).finally(() => progress.stop());
  if ('refused' in answer) {
    if (json) streams.out(`${JSON.stringify(answer, null, 2)}\n`);
    else streams.err(`Not restored: ${answer.refused}\n`);
    return exitCodes.couldNotLook;
  }
  const { started, major } = answer.done;
  if ('server' in started && !keep) await started.server.stop();
  streams.out(json ? `${JSON.stringify(shown(words, answer.done), null, 2)}\n` : told(tool, words, answer.done));
  if ('server' in started) return exitCodes.ok;
  return postgresBinariesOf(major) === undefined ? exitCodes.warning : exitCodes.critical;
}

/** The result for a script. */
function shown({ target, to, keep }: RestoreWords, { label, place, started }: ToolRestored) {
  return {
    target,
    to: targetText(to),
    backups: [label],
    dataDirectory: place.data,
    ...('server' in started
      ? { reached: started.reached, ...(keep ? { port: started.server.port, pid: started.server.pid } : {}) }
      : { notStarted: started.notStarted }),
  };
}

function told(tool: BackupToolSpec, { target, to, keep }: RestoreWords, done: ToolRestored): string {
  const { label, place, started, major } = done;
  const bin = dirname(postgresBinariesOf(major)?.postgres ?? `/usr/lib/postgresql/${major}/bin/postgres`);
  const runs = 'server' in started && keep;
  const lines = [
    `Restored ${target} to ${targetText(to)} into ${place.data}`,
    `  with ${toolTitles[tool.name]}, from ${label}`,
    ...('server' in started ? reachedLines(started.reached) : [`  not started: ${started.notStarted}`]),
    ...(runs ? [`  it runs on 127.0.0.1:${started.server.port}, pid ${started.server.pid}`] : []),
    '',
    'To go on:',
    ...(runs ? [`  psql -h 127.0.0.1 -p ${started.server.port}`] : []),
    `  ${bin}/pg_ctl -D ${place.data} ${runs ? 'stop' : '-o "-p 5433" start'}`,
  ];
  return `${lines.join('\n')}\n`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readUrl } from '../../../src/app/terminal.ts';
import type { LargeServer } from './large-server.ts';

/**
 * One health report in this process: connect, ask, judge, close. Answers with how many checks had an answer; throws when there
 * is no report, or when a check had none: a report that did not look is quick and worth nothing.
 */
export async function reportHere(server: LargeServer): Promise<number> {
  const outcome = await readUrl('health', urlOf(server), {});
  if (!('done' in outcome)) throw new Error(`no report: ${'refused' in outcome ? outcome.refused : outcome.failed}`);
  const { answered = 0, gaps = [] } = outcome.done.coverage ?? {};
  const [gap] = gaps;
  if (gap || answered === 0)
    throw new Error(`not every check answered: ${gap ? `${gap.check}, ${gap.reason}` : 'none'}`);
  return answered;
}

/** The same by the terminal, from the start of its process to its end. */
export async function reportInTerminal(root: string, server: LargeServer): Promise<void> {
  const words = [join(root, 'src', 'cli', 'main.ts'), 'health', urlOf(server).href, '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  // 0 to 2 is what the report says of the server; above it there is no report.
  if (code === null || code > 2) throw new Error(`the terminal made no report (${code ?? 'a signal'}): ${said.trim()}`);
}

function urlOf({ port, database, passwordOf }: LargeServer): URL {
  const url = new URL(`postgres://127.0.0.1:${port}/${database}`);
  url.username = 'nightshift_read';
  url.password = passwordOf('nightshift_read');
  return url;
}

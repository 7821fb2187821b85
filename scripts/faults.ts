import { parseArgs } from 'node:util';
import { corpus, type Case } from '../test/faults/corpus.ts';
import { summaryOf, type Score } from '../test/faults/score.ts';
import { openSharedServers } from '../test/faults/shared-servers.ts';
import { emptyServerRoom, openServerRoom, useServerRoom } from '../test/servers/room.ts';

const USAGE = 'npm run faults [-- <name> …] [--json]';
const say = (line: string): void => void process.stderr.write(`faults: ${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const cases = corpus().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !cases.some((one) => one.name === name));
if (unknown.length > 0) {
  const names = [...new Set(corpus().map(({ name }) => name))].toSorted((a, b) => a.localeCompare(b));
  say(`There is no fault ${unknown.join(', ')}; there are ${names.join(', ')}. Usage: ${USAGE}`);
  process.exit(64);
}

const room = await openServerRoom();
useServerRoom(room);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void emptyServerRoom(room).then(() => process.exit(130)));
}
try {
  const scores = await scoreAll(cases);
  console.log(values.json ? JSON.stringify(scores, null, 2) : [...scores.map(lineOf), summaryOf(scores)].join('\n'));
  if (values.json) say(summaryOf(scores));
  process.exitCode = scores.every(({ isRight }) => isRight) ? 0 : 1;
} finally {
  await emptyServerRoom(room);
}

async function scoreAll(all: readonly Case[]): Promise<Score[]> {
  const shared = openSharedServers();
  const scores: Score[] = [];
  try {
    for (const one of all) {
      say(`${one.on}: ${one.name}. ${one.what}`);
      const score = await one.score(shared);
      say(lineOf(score));
      scores.push(score);
    }
  } finally {
    await shared.stop();
  }
  return scores;
}

/** `ok` or `NO`, the name, the server, the time, and what was said first. */
function lineOf({ isRight, name, on, kind, tookMs, sentence, found, wanted }: Score): string {
  const verdict = isRight ? 'ok' : 'NO';
  const head = `${verdict}  ${kind.padEnd(5)}  ${name.padEnd(26)}  ${on.padEnd(13)}  ${String(tookMs).padStart(5)} ms  ${sentence}`;
  return isRight ? head.trimEnd() : `${head}\n    wanted ${wanted}; found ${found.join(', ') || 'nothing'}`;
}

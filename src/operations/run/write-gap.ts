import type { Json } from '../../core/json.ts';
import type { RunStory } from '../../core/run-record.ts';
import type { CanaryRecord } from '../../targets/canary.ts';
import { canaryWords } from '../canary/words.ts';

type Fields = { readonly [name: string]: Json | undefined };

/** Pure: for how long writes stood still in a run that moved them, as it measured it itself and as a canary saw it; nothing where neither is on record. */
export function writeGapLines({ plan, entries }: RunStory): string[] {
  const { from, to } = fieldsOf(plan?.plan.identity ?? null);
  const results = entries
    .filter(({ what }) => what === 'acted')
    .map(({ detail }) => fieldsOf(fieldsOf(detail)['result']));
  const servers = { from: textOf(from, 'the old primary'), to: textOf(to, 'the new primary') };
  return results.flatMap((result) => [...stoodStill(result), ...seenByCanary(result, servers)]);
}

function stoodStill({ writeGapMilliseconds: gap }: Fields): string[] {
  return typeof gap === 'number'
    ? [`- Writes stood still: ${gap} ms, from the hold to the first commit of the step`]
    : [];
}

function seenByCanary({ canary }: Fields, servers: { from: string; to: string }): string[] {
  return isRecord(canary) ? canaryWords(canary, servers).map((sentence) => `- Seen by the canary: ${sentence}`) : [];
}

/** What is on record may be of an earlier version. */
function isRecord(canary: Json | undefined): canary is CanaryRecord & Json {
  const { attempts, startedAt, everyMilliseconds, login } = fieldsOf(canary);
  return (
    Array.isArray(attempts) &&
    [startedAt, login].every((one) => typeof one === 'string') &&
    typeof everyMilliseconds === 'number'
  );
}

function fieldsOf(value: Json | undefined): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

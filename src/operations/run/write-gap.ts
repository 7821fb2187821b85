import type { Json } from '../../core/json.ts';
import type { RunStory } from '../../core/run-record.ts';
import type { CanaryRecord } from '../../targets/canary.ts';
import { canaryChart } from '../canary/chart.ts';
import { canaryMarkdown } from '../canary/markdown.ts';
import { canaryWords } from '../canary/words.ts';
import type { Chart } from '../../core/report.ts';

type Fields = { readonly [name: string]: Json | undefined };

/** Pure: for how long writes stood still in a run that moved them, as it measured it itself and as a canary saw it; nothing where neither is on record. */
export function writeGapLines(story: RunStory): string[] {
  const { from, to } = fieldsOf(story.plan?.plan.identity ?? null);
  const servers = { from: textOf(from, 'the old primary'), to: textOf(to, 'the new primary') };
  return resultsOf(story).flatMap((result) => [...stoodStill(result), ...seenByCanary(result, servers)]);
}

/** Pure: what the canary saw, drawn, for a message. */
export function writeGapCharts(story: RunStory): Chart[] {
  return recordsOf(story).flatMap((record) => canaryChart(story.run.subject, record));
}

/** Pure: the same as a part of a draft in Markdown; nothing where nothing is on record. */
export function writeGapSection(stories: readonly RunStory[]): string[] {
  const drawn = stories
    .flatMap(recordsOf)
    .map(canaryMarkdown)
    .filter((lines) => lines.length > 0);
  return drawn.length === 0 ? [] : ['', '## Writes', ...drawn.flatMap((lines) => ['', ...lines])];
}

function recordsOf(story: RunStory): CanaryRecord[] {
  return resultsOf(story).flatMap(({ canary }) => (isRecord(canary) ? [canary] : []));
}

function resultsOf({ entries }: RunStory): Fields[] {
  return entries.filter(({ what }) => what === 'acted').map(({ detail }) => fieldsOf(fieldsOf(detail)['result']));
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

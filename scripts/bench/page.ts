import { markdownTable } from '../generate/markdown.ts';
import type { Area } from './area.ts';
import { machineLine, type Machine } from './machine.ts';
import type { Row } from './row.ts';
import { measuresOf } from './table.ts';

/** One area with what was measured of it. */
export type Measured = { name: string; area: Pick<Area, 'title' | 'notes'>; rows: readonly Row[] };

/** docs/benchmarks.md: every area with what its numbers mean, on the machine that they were measured on. */
export function benchmarksPage(measured: readonly Measured[], machine: Machine): string {
  return `${[INTRODUCTION, `Measured on ${machineLine(machine)}.`, ...measured.map(section)].join('\n\n')}\n`;
}

const INTRODUCTION = `<!-- Written by \`npm run bench -- --write\`. Do not edit. -->
# Benchmarks

\`npm run bench\` measures this on your machine. What is compared is measured in the same run, turn by turn, so that the ratio
(ours divided by theirs) holds where the absolute times do not: another machine, or a Lambda function with a part of a core,
has others. No test asserts a time.`;

function section({ name, area, rows }: Measured): string {
  const notes = area.notes.map((note) => `- ${note}`).join('\n');
  const columns = ['what', 'ours', 'theirs', 'ratio', 'against'];
  return `## ${area.title}\n\n\`npm run bench -- ${name}\`\n\n${markdownTable(columns, rows.map(measuresOf))}\n\n${notes}`;
}

import * as z from 'zod';
import type { Engine } from '../../src/core/engine.ts';
import { places, type Place } from '../../src/core/check.ts';
import type { Hysteresis } from '../../src/core/quiet.ts';
import type { GeneratedFile } from './generated-file.ts';
import { GENERATED, markdownTable } from './markdown.ts';

/** What the documents need of a check, whatever its engine. */
export type DocumentedCheck = {
  id: string;
  engine: Engine;
  title: string;
  why: string;
  cannotWait?: string;
  hysteresis?: Partial<Hysteresis>;
  limits: z.ZodType;
  ask: { readonly [P in Place]?: unknown };
};

/** docs/checks.md: every question that is asked, with its limits and their defaults. */
export function checkPage(checks: readonly DocumentedCheck[]): GeneratedFile {
  const text = [
    GENERATED,
    '# Checks',
    'The questions that a health report asks. Limits are set in `nightshift.yaml` under `thresholds`, by check id: globally, for an environment, or for a target.',
    'A scheduled or alarm report tells of a finding after two looks in a row and says that it is over after three below nine tenths of the limit (`hysteresis`, in the same places); see [quiet by design](quiet.md).',
    ...engineSection(
      'PostgreSQL',
      checks.filter(({ engine }) => engine === 'postgres'),
    ),
    ...engineSection(
      'Redis',
      checks.filter(({ engine }) => engine === 'redis'),
    ),
  ];
  return { path: 'docs/checks.md', text: `${text.join('\n\n')}\n` };
}

function engineSection(title: string, checks: readonly DocumentedCheck[]): string[] {
  return checks.length === 0 ? [] : [`## ${title}`, ...checks.flatMap(checkSection)];
}

function checkSection({ id, title, why, ask, limits, cannotWait, hysteresis }: DocumentedCheck): string[] {
  const asked = places.filter((place) => place in ask).map(askedIn);
  const rows = limitsOf(limits).map(({ name, value, description }) => [`\`${name}\``, value, description]);
  return [
    `### ${id}`,
    `**${title}.** ${why} Asked in ${asked.join(' and ')}.`,
    ...(cannotWait === undefined ? [] : [`Critical findings are told at first sight: ${cannotWait}`]),
    ...(hysteresis === undefined ? [] : [`Looks in a row: ${JSON.stringify(hysteresis)}`]),
    ...(rows.length === 0 ? [] : [markdownTable(['Limit', 'Default', 'What'], rows)]),
  ];
}

/** Of its machines a target is asked wherever whoever measures them is reached. */
function askedIn(place: Place): string {
  return place === 'machine' ? '`control` (a cloud) or `read` (exporters)' : `\`${place}\``;
}

function limitsOf(limits: z.ZodType): { name: string; value: string; description: string }[] {
  const { properties = {} } = z.toJSONSchema(limits, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { default: value, description = '' } = typeof property === 'object' ? property : {};
    return { name, value: value === undefined ? '' : JSON.stringify(value), description };
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planSection, runbookPages, runbooks } from '../../../scripts/generate/runbook-pages.ts';
import { runbook as postgresSwitchover } from '../../../src/providers/self-managed/switchover/runbook.ts';
import { planWords, type Runbook } from '../../../src/targets/runbook.ts';

const root = join(import.meta.dirname, '../../..');
const all = Object.values(runbooks).flat();

function sourcesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(root, folder, path), 'utf8') }));
}

describe('the runbooks', () => {
  test('are all on a page', () => {
    const defined = sourcesIn('src/providers').flatMap(({ text }) => text.match(/satisfies Runbook;/g) ?? []);
    expect(all).toHaveLength(defined.length);
  });

  test('name every precheck that a plan can show', () => {
    const named = new Set(all.flatMap(({ prechecks }) => Object.keys(prechecks)));
    const sources = [...sourcesIn('src/providers'), ...sourcesIn('src/operations/switchover')];
    const shown = sources
      .filter(({ text }) => /\bPrecheck\b|prechecks/.test(text))
      .flatMap(({ text }) => [
        ...text.matchAll(/\b(?:ok|stops?|warns?|stopsIf|precheck|window)\(\s*'([A-Z][^']*)'/g),
        ...text.matchAll(/\bname: '([A-Z][^']*)',\s*says:/g),
      ])
      .map(([, name = '']) => name);
    expect(new Set(shown).size).toBeGreaterThan(20);
    expect(shown.filter((name) => !named.has(name))).toEqual([]);
  });

  test.each(all.map((one) => [one.setUp, one] as const))(
    'of %s have one point of no return wherever they go, and no name in braces on their page',
    (_, runbook: Runbook) => {
      const places = [...new Set(runbook.steps.flatMap(({ where, noWayBack }) => (where && noWayBack ? [where] : [])))];
      for (const place of places.length > 0 ? places : [undefined]) {
        const taken = runbook.steps.filter(({ where }) => where === undefined || where === place);
        expect(taken.filter(({ noWayBack }) => noWayBack)).toHaveLength(1);
      }
      expect(planSection([runbook])).not.toMatch(/\{\w+\}/);
    },
  );

  test('say the same on their page and in a plan', () => {
    const plan = planWords(postgresSwitchover);
    const [page] = runbookPages(root);
    expect(page?.path).toBe('docs/runbooks/switchover-postgres.md');
    for (const step of plan.steps) {
      const words = step.replaceAll('{from}', 'the old primary').replaceAll('{to}', 'the new primary');
      expect(page?.text).toContain(`| ${words}`);
    }
  });
});

describe('a runbook in a plan', () => {
  const runbook: Runbook = {
    setUp: 'x',
    prechecks: {},
    steps: [
      { says: 'Close {from} by {fence}', where: 'where there is a fence', failing: 'x' },
      { says: 'Promote {to}', failing: 'x', noWayBack: true },
    ],
    clients: [{ says: 'All is well.' }],
    undo: 'Back to {from}.',
  };

  test('says what is said everywhere, with the names that are known; members are named later', () => {
    expect(planWords(runbook)).toEqual({ steps: ['Promote {to}'], clients: ['All is well.'], undo: 'Back to {from}.' });
    expect(planWords(runbook, { fence: 'pool-1' }, ['where there is a fence']).steps).toEqual([
      'Close {from} by pool-1',
      'Promote {to}',
    ]);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbook as clusterFailover } from '../../src/providers/cluster/failover/runbook.ts';
import { runbook as clusterSwitchover } from '../../src/providers/cluster/switchover/runbook.ts';
import { runbook as elasticacheSwitchover } from '../../src/providers/elasticache/switchover/runbook.ts';
import { clusterRunbook, instanceRunbook } from '../../src/providers/rds/switchover/runbook.ts';
import { runbook as postgresFailover } from '../../src/providers/self-managed/failover/runbook.ts';
import { runbook as patroniSwitchover } from '../../src/providers/self-managed/patroni/runbook.ts';
import { runbook as postgresRejoin } from '../../src/providers/self-managed/rejoin/runbook.ts';
import { runbook as postgresSwitchover } from '../../src/providers/self-managed/switchover/runbook.ts';
import { runbook as sentinelFailover } from '../../src/providers/sentinel/failover/runbook.ts';
import { runbook as sentinelSwitchover } from '../../src/providers/sentinel/switchover/runbook.ts';
import { runbook as standaloneFailover } from '../../src/providers/standalone/failover/runbook.ts';
import { runbook as standaloneSwitchover } from '../../src/providers/standalone/switchover/runbook.ts';
import { withNames, type Runbook, type RunbookSentence, type RunbookStep } from '../../src/targets/runbook.ts';
import type { GeneratedFile } from './generated-file.ts';
import { markdownTable, replaceBetween } from './markdown.ts';

/** The pages of docs/runbooks, each with the set-ups that it is about. */
export const runbooks: { readonly [page: string]: readonly Runbook[] } = {
  'switchover-postgres': [postgresSwitchover],
  'switchover-patroni': [patroniSwitchover],
  'switchover-redis': [sentinelSwitchover, clusterSwitchover, standaloneSwitchover],
  'switchover-rds': [instanceRunbook, clusterRunbook],
  'switchover-elasticache': [elasticacheSwitchover],
  'failover-postgres': [postgresFailover],
  rejoin: [postgresRejoin],
  'failover-redis': [standaloneFailover, sentinelFailover, clusterFailover],
};

/** What a plan says, in the page that a person reads before and after: both are made of one definition. The rest of a page is written by hand. */
export function runbookPages(root: string): GeneratedFile[] {
  return Object.entries(runbooks).flatMap(([page, setUps]) => {
    const path = `docs/runbooks/${page}.md`;
    if (!existsSync(join(root, path))) return [];
    return [{ path, text: replaceBetween(readFileSync(join(root, path), 'utf8'), 'plan', planSection(setUps)) }];
  });
}

/** Pure: what plans say of some set-ups, in Markdown. */
export function planSection(setUps: readonly Runbook[]): string {
  const parts = setUps.flatMap((runbook) => [...(setUps.length > 1 ? [`### ${runbook.setUp}`] : []), ...part(runbook)]);
  return ['## What the plan says', ...parts].join('\n\n');
}

function part(runbook: Runbook): string[] {
  const { prechecks, steps, clients, undo, loss } = runbook;
  const said = (sentence: RunbookSentence) => inWords(runbook, sentence);
  return [
    'Looked at for the plan:',
    markdownTable(['precheck', 'what stops it or warns'], Object.entries(prechecks)),
    'Then, in this order:',
    markdownTable(
      ['step', 'what is done', 'where it fails here'],
      steps.map((step, index) => [String(index + 1), doneIn(said(step), step), step.failing]),
    ),
    'Clients:',
    clients.map((sentence) => `- ${said(sentence)}`).join('\n'),
    ...(loss === undefined ? [] : [`Can be lost: ${said({ says: loss })}`]),
    `Way back: ${said({ says: undo })}`,
  ];
}

function doneIn(words: string, { noWayBack }: RunbookStep): string {
  return noWayBack ? `${words}. **The point of no return**` : words;
}

const UNNAMED = { from: 'the old primary', to: 'the new primary' };

/** Nobody has a name on a page. */
function inWords({ unnamed }: Runbook, { says, where }: RunbookSentence): string {
  const words = withNames(says, { ...UNNAMED, ...unnamed });
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return where === undefined ? sentence : `*${where.charAt(0).toUpperCase()}${where.slice(1)}:* ${sentence}`;
}

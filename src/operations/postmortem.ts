import * as v from 'valibot';
import { defineAnswer, type AnswerContext } from '../core/operation.ts';
import { emptyReport, type Chart, type Item } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import { noSuchRun } from './run/run-id.ts';
import { draftOf } from './run/draft.ts';
import { incidentDraftOf } from './run/incident-draft.ts';
import { writeGapCharts } from './run/write-gap.ts';
import { RunOrTarget, runOrTargetField } from './run/run-or-target.ts';

type Draft = { subject: string; of: string; lines: readonly string[]; charts: readonly Chart[] } | { nothing: string };

/** One part fits into a drawing of a message. */
const PART_CHARACTERS = 2_400;

/** The record of the last incident of a target, or of one run, as a draft of a post-mortem, to copy. */
export const postmortem = defineAnswer({
  id: 'postmortem',
  title: 'Draft of a post-mortem',
  why: 'Writes what is on record of the last incident of a target, or of one run, as Markdown to copy: alarms, events, what was asked, planned, approved, done and lost, minute by minute, for how long writes stood still, as a chart, with the questions that people have to answer.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({ of: RunOrTarget }),
  fields: [runOrTargetField],
  examples: ['postmortem shop-db', 'postmortem switchover-0a1b2c3d'],

  async answer(context, { of }) {
    const isTarget = context.targets.some(({ name }) => name === of);
    const draft = isTarget ? await ofIncident(context, of) : await ofRun(context, of);
    const about = { operation: 'postmortem', at: context.now } as const;
    if ('nothing' in draft) {
      return emptyReport({ ...about, subject: isTarget ? of : 'fleet', status: 'unknown', headline: draft.nothing });
    }
    const headline = `draft of a post-mortem of ${draft.of}`;
    const report = emptyReport({ ...about, subject: draft.subject, status: 'info', headline });
    return { ...report, items: partsOf(draft.lines), charts: draft.charts };
  },
});

async function ofIncident(context: AnswerContext, target: string): Promise<Draft> {
  const story = await context.incident(target);
  if (!story) return { nothing: `there is no incident of ${target} on record` };
  return {
    subject: target,
    of: `the incident of ${story.openedAt.slice(0, 16).replace('T', ' ')} UTC`,
    lines: incidentDraftOf(story),
    charts: story.runs.flatMap(writeGapCharts),
  };
}

async function ofRun(context: AnswerContext, id: string): Promise<Draft> {
  const story = await context.run(id);
  if (!story) return { nothing: noSuchRun(id, 'run and no target') };
  return {
    subject: story.run.subject,
    of: shortRun(story.run.runId),
    lines: draftOf(story),
    charts: writeGapCharts(story),
  };
}

function partsOf(lines: readonly string[]): Item[] {
  const parts: string[][] = [[]];
  let room = PART_CHARACTERS;
  for (const line of lines) {
    if (line.length + 1 > room) {
      parts.push([]);
      room = PART_CHARACTERS;
    }
    parts.at(-1)?.push(line);
    room -= line.length + 1;
  }
  return parts.map((part, n) => ({
    text: parts.length === 1 ? 'Markdown, to copy' : `Markdown, to copy, part ${n + 1} of ${parts.length}`,
    lines: part,
    next: [],
  }));
}

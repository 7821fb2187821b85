import { shortRun } from '../../core/run.ts';
import type { RunStory } from '../../core/run-record.ts';
import { whoTriggered } from '../../core/trigger.ts';
import { writeGapLines, writeGapSection } from './write-gap.ts';
import { timelineOf } from './timeline.ts';

/** What no record knows. */
export const QUESTIONS = [
  'What did clients see, and for how long?',
  'Why did it happen?',
  'What will be done, by whom, until when?',
];

/** Pure: a run as the lines of a post-mortem in Markdown. */
export function draftOf(story: RunStory): string[] {
  const { run, plan, entries } = story;
  const { runId, operation, subject, trigger, startedAt, endedAt, status, headline } = run;
  return [
    `# ${subject}: ${operation} of ${startedAt.slice(0, 10)}`,
    '',
    `- Run: ${shortRun(runId)}, asked by ${whoTriggered(trigger)}`,
    `- Began: ${startedAt}`,
    `- Ended: ${endedAt ?? 'not yet'}${secondsBetween(startedAt, endedAt)}`,
    `- Outcome: ${status}${headline === undefined ? '' : `, ${headline}`}`,
    ...writeGapLines(story),
    ...(plan === undefined ? [] : planned(plan)),
    ...writeGapSection([story]),
    '',
    '## Timeline (UTC)',
    '',
    ...timelineOf(entries).rows.map(
      ({ at, what, who, detail }) => `- ${at} · ${what} · ${who}${detail ? ` · ${detail}` : ''}`,
    ),
    '',
    '## To be answered',
    '',
    ...QUESTIONS.map((question) => `- ${question}`),
  ];
}

function planned({ plan, planHash, approvedBy }: NonNullable<RunStory['plan']>): string[] {
  return [
    `- Approved by: ${approvedBy.join(', ') || 'nobody'} (plan ${planHash.slice(0, 12)})`,
    `- Loss that was planned for: ${plan.loss}`,
    '',
    '## Plan',
    '',
    ...plan.steps.map((step, index) => `${index + 1}. ${step}`),
    ...plan.blastRadius.map((sentence) => `- ${sentence}`),
  ];
}

function secondsBetween(from: string, to: string | undefined): string {
  if (to === undefined) return '';
  return ` (${Math.round((Date.parse(to) - Date.parse(from)) / 1000)} s)`;
}

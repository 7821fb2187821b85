import type { IncidentStory } from '../../core/incident-story.ts';
import type { RunStory } from '../../core/run-record.ts';
import { shortRun } from '../../core/run.ts';
import { whoTriggered } from '../../core/trigger.ts';
import { QUESTIONS } from './draft.ts';
import { writeGapLines, writeGapSection } from './write-gap.ts';
import { timelineOf } from './timeline.ts';

type Moment = { at: string; what: string };

/** Pure: an incident as the lines of a post-mortem in Markdown. */
export function incidentDraftOf(story: IncidentStory): string[] {
  const { target, openedAt, resolvedAt, alarms, runs } = story;
  const names = [...new Set(alarms.map(({ alarm }) => alarm))];
  return [
    `# ${target}: incident of ${openedAt.slice(0, 10)}`,
    '',
    `- Began: ${openedAt}, with ${alarms[0]?.alarm ?? 'an alarm'}`,
    `- Ended: ${resolvedAt === undefined ? 'not yet' : `${resolvedAt} (${minutesBetween(openedAt, resolvedAt)} min)`}`,
    `- Alarms: ${names.join(', ') || 'none on record'}`,
    ...runs.filter(isActing).flatMap(actedLines),
    ...writeGapSection(runs.filter(isActing)),
    '',
    '## Timeline (UTC)',
    '',
    ...momentsOf(story).map(({ at, what }) => `- ${at.slice(0, 19).replace('T', ' ')} · ${what}`),
    '',
    '## To be answered',
    '',
    ...QUESTIONS.map((question) => `- ${question}`),
  ];
}

/** Only what changes something has a plan. */
function isActing({ plan }: RunStory): boolean {
  return plan !== undefined;
}

function actedLines(story: RunStory): string[] {
  const { run, plan } = story;
  const approved = plan === undefined ? '' : `, approved by ${plan.approvedBy.join(', ') || 'nobody'}`;
  return [
    `- ${run.operation} (${shortRun(run.runId)}${approved}): ${run.headline ?? run.status}`,
    ...(plan === undefined ? [] : [`  Loss that was planned for: ${plan.plan.loss}`]),
    ...writeGapLines(story).map((line) => `  ${line}`),
  ];
}

function momentsOf({ alarms, events, runs }: IncidentStory): Moment[] {
  const moments = [
    ...alarms.map(({ at, alarm, state, reason }) => ({
      at,
      what: `alarm ${alarm} · ${state}${reason ? ` · ${reason}` : ''}`,
    })),
    ...events.map(({ at, source, message }) => ({ at, what: `event of ${source} · ${message}` })),
    ...runs.flatMap((story) => (isActing(story) ? actedMoments(story) : lookMoments(story))),
  ];
  return moments.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** What changed something is told as it is on record, each part. */
function actedMoments({ run, entries }: RunStory): Moment[] {
  return timelineOf(entries).rows.map(({ what, who, detail }, n) => ({
    at: entries[n]?.at ?? run.startedAt,
    what: `${run.operation} · ${what} · ${who}${detail ? ` · ${detail}` : ''}`,
  }));
}

function lookMoments({ run }: RunStory): Moment[] {
  const { operation, trigger, startedAt, endedAt, status, headline } = run;
  return [{ at: endedAt ?? startedAt, what: `${operation} for ${whoTriggered(trigger)} · ${headline ?? status}` }];
}

function minutesBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
}

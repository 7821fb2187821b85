import type { IncidentStory } from '../core/incident-story.ts';
import type { Incidents } from '../state/incidents.ts';
import type { Notes } from '../state/notes.ts';
import type { RunBook } from './run-book.ts';

/** Runs of an incident that are told of: the youngest of them. */
const MOST_RUNS = 30;
/** What was done right after the last alarm was over belongs to it. */
const AFTERWARDS_MS = 3_600_000;

export type IncidentBookTools = {
  incidents: Pick<Incidents, 'last' | 'changes'>;
  notes: Pick<Notes, 'since'>;
  book: Pick<RunBook, 'youngest' | 'story'>;
};

/** The last incident of a target, with what the provider said and what was run meanwhile; undefined where there was none. */
export async function incidentStory(
  { incidents, notes, book }: IncidentBookTools,
  target: string,
): Promise<IncidentStory | undefined> {
  const incident = await incidents.last(target);
  if (!incident) return undefined;
  const { openedAt, resolvedAt } = incident;
  const endMs = resolvedAt === undefined ? Infinity : Date.parse(resolvedAt) + AFTERWARDS_MS;
  const isOfIt = (at: string) => at >= openedAt && Date.parse(at) <= endMs;
  const [changes, said, runs] = await Promise.all([
    incidents.changes(target),
    notes.since(target, openedAt),
    book.youngest([target], MOST_RUNS),
  ]);
  const stories = await Promise.all(
    runs.filter(({ startedAt }) => isOfIt(startedAt)).map(({ runId }) => book.story(runId)),
  );
  return {
    target,
    openedAt,
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    alarms: changes
      .filter(({ at }) => isOfIt(at))
      .map(({ alarm, state, at, reason }) => ({ alarm, state, at, reason })),
    events: said
      .filter(({ kind, at }) => kind === 'event' && isOfIt(at))
      .map(({ at, source, message }) => ({ at, source, message })),
    runs: stories.flatMap((one) => one ?? []).toReversed(),
  };
}

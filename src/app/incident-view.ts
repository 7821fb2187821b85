import type { SaidByProvider } from '../slack/render-event.ts';
import type { IncidentView } from '../slack/render-incident.ts';
import type { State } from '../state/index.ts';
import type { Note } from '../state/notes.ts';
import { knownEvent } from './known-events.ts';

/** The provider speaks before the metric does: what it said so long before the first alarm belongs to it. */
const BEFORE_MS = 600_000;

/** The incident as a message shows it; undefined when the target's last incident is another one. */
export async function incidentView(
  state: Pick<State, 'incidents' | 'notes'>,
  target: string,
  id: string,
): Promise<IncidentView | undefined> {
  const incident = await state.incidents.last(target);
  if (!incident || incident.id !== id) return undefined;
  const alarms = Object.entries(incident.alarms).map(([name, { children = [], ...alarm }]) => ({
    name,
    ...alarm,
    children,
  }));
  const { openedAt, resolvedAt } = incident;
  const notes = await state.notes.since(target, new Date(Date.parse(openedAt) - BEFORE_MS).toISOString());
  const view = { target, openedAt, alarms, events: saidIn(notes), suppressed: suppressedIn(notes) };
  return { ...view, ...(resolvedAt === undefined ? {} : { resolvedAt }) };
}

/** The events among notes, as a message shows them. */
export function saidIn(notes: readonly Note[]): SaidByProvider[] {
  return notes.filter(({ kind }) => kind === 'event').map(said);
}

export function said({ name, source, message }: Pick<Note, 'name' | 'source' | 'message'>): SaidByProvider {
  const means = knownEvent(name)?.means;
  return { name, source, message, ...(means === undefined ? {} : { means }) };
}

function suppressedIn(notes: readonly Note[]): { count: number; reason: string } {
  const suppressed = notes.filter(({ kind }) => kind === 'suppressed');
  return { count: suppressed.length, reason: suppressed.at(-1)?.message ?? '' };
}

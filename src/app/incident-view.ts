import type { IncidentView } from '../slack/render-incident.ts';
import type { State } from '../state/index.ts';

/** The incident as a message shows it; undefined when the target's last incident is another one. */
export async function incidentView(
  state: Pick<State, 'incidents'>,
  target: string,
  id: string,
): Promise<IncidentView | undefined> {
  const incident = await state.incidents.last(target);
  if (!incident || incident.id !== id) return undefined;
  const alarms = Object.entries(incident.alarms).map(([name, alarm]) => ({ name, ...alarm }));
  const { openedAt, resolvedAt } = incident;
  return { target, openedAt, ...(resolvedAt === undefined ? {} : { resolvedAt }), alarms };
}

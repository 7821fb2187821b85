import type { Config } from '../config/config.ts';
import { renderStorm, type StormView } from '../slack/render-storm.ts';
import type { State } from '../state/index.ts';
import type { Storm } from '../state/storms.ts';
import { isWaiting, type Turn } from '../state/turns.ts';
import { deliver, type DeliverTools } from './deliver.ts';

export type StormTools = DeliverTools & { config: Config; state: State };

/** Targets that rang so long before the first one had to wait belong to the storm: they have the places. */
const BEFORE_MS = 120_000;
/** While something still comes, the message is written at most so often. */
const PACE_MS = 3_000;

/** Says what the storm of an environment has come to, if there is one. Throws DeliveryDelayed until Slack has it. */
export async function tellStorm(tools: StormTools, environment: string, by: string): Promise<void> {
  const { state, config, now } = tools;
  const storm = await state.storms.current(environment);
  const channel = config.environments.find(({ name }) => name === environment)?.channel;
  if (!storm || channel === undefined) return;
  const look = async (): Promise<StormView> => stormView(environment, storm, await state.turns.all(), now());
  const { looking, queued, inAlarm } = await look();
  const isCalm = looking.length + queued.length === 0;
  // Slack takes 50 updates a minute; the last word is never left out.
  const paced = isCalm ? tools : { ...tools, now: () => Math.floor(now() / PACE_MS) * PACE_MS };
  await deliver(paced, { slot: storm.id, by, channel, render: async () => renderStorm(await look()) });
  if (isCalm && inAlarm === 0) await state.storms.end(environment, storm.id);
}

/** Pure: what the turns of an environment add up to. */
export function stormView(environment: string, { openedAt }: Storm, turns: readonly Turn[], nowMs: number): StormView {
  const from = new Date(Date.parse(openedAt) - BEFORE_MS).toISOString();
  const members = turns.filter((turn) => turn.environment === environment && turn.since >= from);
  const names = (some: readonly Turn[]) => some.map(({ target }) => target);
  const queued = members.filter((turn) => isWaiting(turn, nowMs));
  const looking = members.filter((turn) => turn.status === 'looking' && !isWaiting(turn, nowMs));
  return {
    environment,
    openedAt,
    changes: members.reduce((sum, { changes }) => sum + changes, 0),
    inAlarm: members.filter(({ inAlarm }) => inAlarm).length,
    looking: names(looking),
    queued: names(queued),
    done: names(members.filter(({ status }) => status === 'done')),
  };
}

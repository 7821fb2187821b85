import type { Config } from '../config/config.ts';
import { renderStorm, type StormView } from '../slack/render-storm.ts';
import type { State } from '../state/index.ts';
import type { Storm } from '../state/storms.ts';
import { isWaiting, type Turn } from '../state/turns.ts';
import { DeliveryDelayed } from './delivery-delayed.ts';
import { deliver, type DeliverTools } from './deliver.ts';

export type StormTools = DeliverTools & { config: Config; state: State };

/** Targets that rang so long before the first one had to wait belong to the storm: they have the places. */
const BEFORE_MS = 120_000;
/**
 * Slack takes 50 updates a minute, and every run of a storm wants to say something: in so long a time the message is written once
 * while reports are made, once when all are, and once when it is over, whoever of many comes first.
 */
const PACE_MS = 10_000;

/**
 * Says what the storm of an environment has come to, if there is one. Throws DeliveryDelayed until Slack has the last word; what
 * it cannot take in between, the next report's run says.
 */
export async function tellStorm(tools: StormTools, environment: string, by: string): Promise<void> {
  const { state, config, now } = tools;
  const storm = await state.storms.current(environment);
  const channel = config.environments.find(({ name }) => name === environment)?.channel;
  if (!storm || channel === undefined) return;
  const look = async (): Promise<StormView> => stormView(environment, storm, await state.turns.all(), now());
  const { looking, queued, inAlarm } = await look();
  const isCalm = looking.length + queued.length === 0;
  const isOver = isCalm && inAlarm === 0;
  const rank = isOver ? 2 : isCalm ? 1 : 0;
  const paced = { ...tools, now: () => Math.floor(now() / PACE_MS) * PACE_MS + rank };
  const delivery = { slot: storm.id, by, channel, render: async () => renderStorm(await look()) };
  await deliver(paced, delivery).catch((thrown: unknown) => {
    if (isCalm || !(thrown instanceof DeliveryDelayed)) throw thrown;
  });
  if (isOver) await state.storms.end(environment, storm.id);
}

/** Pure: what the turns of an environment add up to. */
export function stormView(environment: string, { openedAt }: Storm, turns: readonly Turn[], nowMs: number): StormView {
  const from = new Date(Date.parse(openedAt) - BEFORE_MS).toISOString();
  const members = onePerTarget(turns.filter((turn) => turn.environment === environment && turn.since >= from));
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

/** A target may have had an incident and another one: the newest turn is what counts, and one that is not done before all. */
function onePerTarget(turns: readonly Turn[]): Turn[] {
  const sorted = turns.toSorted((a, b) => Number(b.status === 'done') - Number(a.status === 'done'));
  return [...new Map(sorted.map((turn) => [turn.target, turn])).values()];
}

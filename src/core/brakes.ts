import type { RunOperation, TargetName } from './operation.ts';

/** Somebody's stop: the bot acts on nothing of the subject, a target or an environment, until somebody ends it. Times are ISO. */
export type Freeze = {
  subject: string;
  /** As the config calls the person. */
  by: string;
  reason: string;
  at: string;
};

/** After a run that ended badly, or a failover: the writes of the target are left where they are until a time or a person's word. */
export type CoolDown = { target: string; runId: string; why: string; at: string; until: string };

/**
 * What somebody's word ended: the cool-down, null where there was none, and the asking after steps, `switchover.carryOut of
 * switchover-0a1b2c3d`. `underWay` are those that may still be at work: they go on, or are asked after later.
 */
export type Acknowledged = { coolDown: CoolDown | null; ended: readonly string[]; underWay: readonly string[] };

export type BrakesInForce = { freezes: readonly Freeze[]; coolDowns: readonly CoolDown[] };

/** Port: what keeps the bot from acting. */
export type Brakes = {
  /** All of them: there are few. */
  inForce(): Promise<BrakesInForce>;
  /** Takes the place of an earlier one of the same subject. */
  freeze(freeze: Freeze): Promise<void>;
  /** Ends one; the freeze that was in force, or undefined when there was none. */
  unfreeze(subject: string): Promise<Freeze | undefined>;
  coolDown(coolDown: CoolDown): Promise<void>;
  /** Ends one before its time; undefined when there was none in force. */
  acknowledge(target: string): Promise<CoolDown | undefined>;
};

type Acting = Pick<RunOperation, 'id' | 'risk' | 'movesWrites'>;

/** Pure: why an operation may not act on a target now, in one sentence; undefined when it may. */
export function whyNotAct(
  { freezes, coolDowns }: BrakesInForce,
  target: Pick<TargetName, 'name' | 'environment'>,
  operation: Acting,
): string | undefined {
  const freeze = freezes.find(({ subject }) => subject === target.name || subject === target.environment);
  if (freeze) {
    const { subject, by, reason, at } = freeze;
    return `${by} has frozen ${subject} at ${minuteOf(at)}: ${reason}. Nothing is changed there until somebody says /db unfreeze ${subject}.`;
  }
  const coolDown = operation.movesWrites ? coolDowns.find((one) => one.target === target.name) : undefined;
  if (!coolDown) return undefined;
  return `${coolDown.why}: the writes of ${target.name} stay where they are until ${minuteOf(coolDown.until)}, or until somebody who has looked says /db ack ${target.name}.`;
}

function minuteOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

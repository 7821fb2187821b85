import { randomBytes } from 'node:crypto';
import { LIMITS } from './limits.ts';

export type TriggerUse =
  | { user: string }
  | { error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

/** Trigger ids: one use, within 3 s of the click (https://docs.slack.dev/reference/methods/views.open). */
export type Triggers = {
  issue(user: string): string;
  exchange(id: string): TriggerUse;
};

export function createTriggers(clock: () => number, goodForMs: number = LIMITS.triggerMs): Triggers {
  const issued = new Map<string, { user: string; at: number; used: boolean }>();
  return {
    issue: (user) => {
      const id = `${Math.floor(clock())}.${randomBytes(6).toString('hex')}`;
      issued.set(id, { user, at: clock(), used: false });
      return id;
    },
    exchange: (id) => {
      const trigger = issued.get(id);
      if (!trigger) return { error: 'invalid_trigger_id' };
      if (trigger.used) return { error: 'exchanged_trigger_id' };
      if (clock() - trigger.at > goodForMs) return { error: 'expired_trigger_id' };
      trigger.used = true;
      return { user: trigger.user };
    },
  };
}

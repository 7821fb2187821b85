import * as z from 'zod';
import type { LogPosition } from '../targets/logs.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** Up to where the log of each member has been read, so that what comes again every night reads nothing twice. */
export type LogPositions = {
  /** Undefined before the first reading, and when the last one was too long ago. */
  get(target: string, member: string): Promise<LogPosition | undefined>;
  /** Of all members of a target, by name. */
  all(target: string): Promise<{ [member: string]: LogPosition }>;
  /**
   * Moves on from where this reading began. False when another reading moved it meanwhile: what was read is told by that one.
   * Repeatable: the same step again is true.
   */
  advance(target: string, member: string, from: LogPosition | undefined, to: LogPosition): Promise<boolean>;
};

/** No server keeps its log for longer, as a rule. */
const KEPT_DAYS = 30;
// As text: a map of DynamoDB costs more than its JSON.
const stored = z.object({ body: z.string() });

export function createLogPositions(table: StateTable): LogPositions {
  return {
    get: async (target, member) => {
      const body = bodyOf(await table.get(keys.logPosition(target, member)));
      return body === undefined ? undefined : (JSON.parse(body) as LogPosition);
    },
    all: async (target) => {
      const items = await table.query(keys.logPositionsOf(target));
      return Object.fromEntries(items.map((item) => [item.sk, JSON.parse(bodyOf(item) ?? 'null') as LogPosition]));
    },
    advance: (target, member, from, to) =>
      table.decide(keys.logPosition(target, member), (item) => {
        const [before, body] = [bodyOf(item), JSON.stringify(to)];
        if (before === body) return { answer: true };
        if (before !== (from && JSON.stringify(from))) return { answer: false };
        return { answer: true, write: { body, ttl: expiresAfter(table.now, KEPT_DAYS * 86_400) } };
      }),
  };
}

function bodyOf(item: Item | undefined): string | undefined {
  return item === undefined ? undefined : stored.parse(item).body;
}

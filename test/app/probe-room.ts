import * as z from 'zod';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import { Fault } from '../../src/core/errors.ts';
import { createMask } from '../../src/core/mask.ts';
import { act, defineOperation, read } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import type { RoomRequest } from '../../src/core/run.ts';
import type { AuditEntry } from '../../src/core/safety.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';

const plan: Plan = {
  runId: 'run-1',
  operation: 'probe',
  target: 'shop-db',
  loss: 'nothing',
  expiresAt: '2026-11-24T02:15:00.000Z',
  identity: { pid: 7 },
  steps: ['strike'],
  args: { value: 'x' },
  blastRadius: [],
  facts: [],
};
export const grant: Grant = { runId: 'run-1', planHash: planHash(plan), fence: 3, by: ['U0ADA'] };
export const known = {
  plan: async () => ({ plan }),
  begun: async () => ({ begun: true as const, at: '2026-11-24T02:00:00.000Z' }),
};

/** Nothing is open, and nothing is kept. */
export const noIntents: RoomTools['intents'] = {
  begin: async () => true,
  giveUp: async () => false,
  end: async () => {},
  journal: async () => null,
  write: async () => true,
};

/** A room with one operation, and what it did. */
export function room(over: Partial<RoomTools> = {}) {
  const log = {
    done: [] as string[],
    closed: 0,
    audit: [] as AuditEntry[],
    consumed: [] as Grant[],
    intents: [] as string[],
  };
  const operation = defineOperation({
    id: 'probe',
    title: '',
    why: '',
    engines: ['postgres'],
    scope: 'target',
    risk: 'interrupts',
    role: 'operator',
    args: z.strictObject({}),
    fields: [],
    examples: [],
    steps: {
      look: read(async (_target: PostgresTarget, args: string) => `saw ${args}`),
      large: read(async (_target: PostgresTarget, bytes: number) => 'x'.repeat(bytes)),
      breaks: read(async (_target: PostgresTarget, _args: null): Promise<string> => {
        throw new Fault('permission_denied', 'password=hunter2 was refused');
      }),
      strike: act(
        async (_target: PostgresTarget, args: string) => (log.done.push(args), 'struck'),
        async () => 'unknown' as const,
      ),
      half: act(
        async (_target: PostgresTarget, _args: string) => ({ ended: 'needs-a-human' }),
        async () => ({ ended: 'needs-a-human' }),
      ),
      fail: act(
        async (_target: PostgresTarget, _args: string): Promise<string> => {
          throw new Fault('timed_out', 'no answer');
        },
        async () => 'unknown' as const,
      ),
      deny: act(
        async (_target: PostgresTarget, _args: string): Promise<string> => {
          throw new Fault('permission_denied', 'not allowed');
        },
        async () => 'unknown' as const,
      ),
      settle: act(
        async (_target: PostgresTarget, args: string) => args,
        async () => 'settled',
      ),
    },
    run: async () => ({ refused: 'not under test' }),
  });
  const target: PostgresTarget = {
    engine: 'postgres',
    name: 'shop-db',
    expectedReplicas: [],
    members: [],
    unreached: [],
    close: async () => void (log.closed += 1),
  };
  const tools: RoomTools = {
    operation: (id) => (id === 'probe' ? operation : undefined),
    open: async () => target,
    mask: createMask(['s3cr3t-value']),
    keptNames: () => undefined,
    approvals: { ...known, consume: async (used) => (log.consumed.push(used), { consumed: true }) },
    audit: { record: async (entry) => void log.audit.push(entry) },
    brakes: { inForce: async () => ({ freezes: [], coolDowns: [] }) },
    intents: {
      ...noIntents,
      begin: async ({ step: begun }) => (log.intents.push(`begin ${begun}`), true),
      end: async ({ step: ended }) => void log.intents.push(`end ${ended}`),
    },
    environmentOf: () => 'production',
    now: () => 0,
    ...over,
  };
  const call = (place: 'read' | 'act', step: string, more: Partial<RoomRequest>) =>
    runInRoom(tools, place, {
      runId: 'run-1',
      operation: 'probe',
      step,
      target: 'shop-db',
      args: null,
      mode: 'run',
      ...more,
    });
  return { log, call };
}

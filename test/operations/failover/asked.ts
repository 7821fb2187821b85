import type { RunContext, Steps } from '../../../src/core/operation.ts';
import type { Grant, Plan } from '../../../src/core/plan.ts';
import type { FailoverLimits } from '../../../src/core/safety.ts';
import { failover } from '../../../src/operations/failover.ts';
import type { DeathSign, FailoverLook, FailoverResult } from '../../../src/targets/failover.ts';
import type { PointerLook } from '../../../src/targets/pointer.ts';
import { expectPublished } from '../../published-json.ts';

export const dead: readonly DeathSign[] = [
  { from: 'nightshift', says: 'dead', sentence: 'nothing listens on 10.0.0.1:5432.' },
  { from: 'shop-db-2', says: 'dead', sentence: 'it receives nothing.' },
];
export const alive: readonly DeathSign[] = [
  dead[0]!,
  { from: 'shop-db-2', says: 'alive', sentence: 'it heard from the primary 2 s ago.' },
];
export const unsure: readonly DeathSign[] = [
  dead[0]!,
  { from: 'shop-db-2', says: 'unknown', sentence: 'its receiver is waiting.' },
];

export const fenced = { certain: true, sentence: 'PgBouncer pool-1 pauses the database shop; it is open.' };
export const unfenced = {
  certain: false,
  sentence: 'Nothing that the bot knows can keep clients away from shop-db-1 when it comes back.',
};
export const look: FailoverLook = {
  primary: 'shop-db-1',
  identity: { timeline: 3, 'received by shop-db-2': '0/5000148' },
  signs: dead,
  candidates: [
    { member: 'shop-db-2', unfit: null, lagBytes: 0 },
    { member: 'shop-db-3', unfit: 'it has 12 kB less than shop-db-2.', lagBytes: 12_288 },
  ],
  prechecks: [{ name: 'Archive', says: 'warns', sentence: 'shop-db-2 does not archive.' }],
  loss: { bytes: 0, seconds: 2, sentence: 'Lost is what shop-db-1 acknowledged in 2 s.' },
  fence: fenced,
  steps: ['Look once more', 'Promote {to}, and leave {from} alone'],
  clients: ['Clients find {to}.'],
  undo: 'Nothing can be undone: two histories exist.',
  facts: [],
};
export const failedOver: FailoverResult = {
  ended: 'failed-over',
  why: null,
  oldPrimary: 'fenced',
  loss: { exact: false, sentences: ['Lost: at most what was written in 2 s. Not exact.'] },
  phases: [{ name: 'Promote', milliseconds: 140 }],
  evidence: ['shop-db-2 took a write on timeline 4.'],
  left: ['Keep shop-db-1 down.', 'Take a full backup.'],
};
export const grant: Grant = { runId: 'failover-1', planHash: 'x', fence: 1, by: ['U0ADA'] };
export const target = { name: 'shop-db', engine: 'postgres', environment: 'production' };

/** A look each ten seconds, as the rounds ask for them; the last one is seen for ever. */
export type Script = {
  looks?: readonly (FailoverLook | { refused: string })[];
  afterApproval?: FailoverLook | { refused: string };
  limits?: Partial<FailoverLimits>;
  approval?: { granted: Grant } | { refused: string };
  result?: FailoverResult | (() => Promise<FailoverResult>);
  args?: Record<string, string>;
  /** What clients look up. */
  pointer?: PointerLook;
};

/** Runs the operation against a script of looks, and says what it did. */
export async function asked({
  looks = [look],
  limits,
  approval = { granted: grant },
  result = failedOver,
  args = {},
  ...script
}: Script) {
  const seen = {
    looks: [] as unknown[],
    plans: [] as Plan[],
    carriedOut: [] as unknown[],
    coolDowns: [] as unknown[],
    progress: [] as string[],
    fences: [] as string[],
    slept: 0,
  };
  const left = [...looks];
  let last = looks[0]!;
  const context = {
    runId: 'failover-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [script.pointer ? { ...target, pointerName: script.pointer.name } : target],
    subject: 'shop-db',
    lastWriter: async () => ({
      member: 'shop-db-1',
      at: '2026-11-28T03:10:00.000Z',
      position: '0/5000100',
      history: '7',
      formerHistory: null,
      timeline: 3,
    }),
    failoverLimits: async () => ({ minOutageSeconds: 120, lossBytes: 0, lossSeconds: null, ...limits }),
    steps: {
      pointer: async () => script.pointer,
      look: async (_target: unknown, how: unknown) => {
        seen.looks.push(how);
        last = left.shift() ?? last;
        const at = new Date(Date.parse('2026-11-24T02:00:00.000Z') + seen.slept * 1000).toISOString();
        return { at, look: (seen.plans.length > 0 && script.afterApproval) || last };
      },
      carryOut: async (...call: unknown[]) => {
        seen.carriedOut.push(call);
        return typeof result === 'function' ? result() : result;
      },
    },
    sleep: async (_name: string, seconds: number) => void (seen.slept += seconds),
    approval: async (plan: Plan) => (seen.plans.push(plan), approval),
    progress: async (...told: string[]) => void seen.progress.push(told.join(' ')),
    rememberFence: async (_target: unknown, says: string) => void seen.fences.push(says),
    coolDown: async (...call: unknown[]) => void seen.coolDowns.push(call),
  };
  const run = failover.run(context as unknown as RunContext<Steps>, args);
  const outcome = await run.catch((thrown: unknown) => Promise.reject(Object.assign(Object(thrown), seen)));
  expectPublished(outcome);
  return { ...seen, outcome };
}

export const changed = (change: Partial<FailoverLook>): FailoverLook => ({ ...look, ...change });
export const unknownLoss = changed({ loss: { bytes: null, seconds: null, sentence: 'Nobody can say what is lost.' } });
export const accepting = { 'accept-loss': 'unknown', confirm: 'shop-db' };

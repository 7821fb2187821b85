import { memoryContext } from '../../../src/app/memory-context.ts';
import type { Json } from '../../../src/core/json.ts';
import { createMask } from '../../../src/core/mask.ts';
import type { RunContext, Steps, TargetName } from '../../../src/core/operation.ts';
import type { Past } from '../../../src/core/past.ts';
import type { Report } from '../../../src/core/report.ts';
import type { Trigger } from '../../../src/core/trigger.ts';
import { health } from '../../../src/operations/health.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { AnyTarget } from '../../../src/targets/index.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { expectPublished } from '../../published-json.ts';

type Server = { spec: TargetSpec; environment: Record<string, string> };
export type Looking = {
  /** Minutes after the beginning of the story. */
  minute: number;
  /** A target's name, or `laptop` for all of them. */
  subject: string;
  /** A schedule when not said. */
  trigger?: Trigger['kind'];
  limits?: { readonly [check: string]: Json };
};

const schedule: Trigger = { kind: 'schedule', name: 'hourly', scheduledAt: '2026-11-24T02:00:00.000Z' };
const alarm: Trigger = {
  kind: 'alarm',
  name: 'shop',
  state: 'ALARM',
  at: '2026-11-24T02:00:00.000Z',
  incident: 'shop-db',
};
const person: Trigger = { kind: 'terminal', user: 'ana' };

/**
 * Real servers and a history in memory: reports one after the other, as the run makes them. Times begin now, because the
 * servers say when they were started.
 */
export function remembering(servers: readonly Server[], { unreachable }: { unreachable?: string } = {}) {
  const began = Date.now();
  const collected = health.steps['collect'] as { run(target: AnyTarget, args: Json): Promise<Json> };
  const looks = new Map<string, Past>();
  const names = servers.map(({ spec }): TargetName => ({
    name: spec.name,
    engine: spec.engine,
    environment: 'laptop',
  }));
  const iso = (minute: number) => new Date(began + minute * 60_000).toISOString();

  async function report({ minute, subject, trigger = 'schedule', limits = {} }: Looking): Promise<Report> {
    const targets = names.filter(({ name, environment }) => name === subject || environment === subject);
    const first = targets[0];
    if (!first) throw new Error(`no target ${subject}`);
    const from = trigger === 'schedule' ? schedule : trigger === 'alarm' ? alarm : person;
    const contextFor = (running: readonly TargetName[]): RunContext<Steps> => {
      const context: RunContext<Steps> = {
        ...memoryContext(health, first, { target: undefined as never, mask: createMask([]), nowMs: 0, user: 'ana' }),
        trigger: from,
        startedAt: iso(minute),
        targets: running,
        subject,
        steps: { collect: (target: TargetName, args: Json) => collect(target, args) } as never,
        each: (_name, some, work) => Promise.all(some.map((one) => work(one, context))),
        limits: (_target, check) => limits[check] ?? {},
        hysteresis: () => ({ fireAfter: 1, clearAfter: 1 }),
        neighbours: (target) => names.filter(({ engine }) => engine !== target.engine),
        past: async ({ name }) => ({ ...looks.get(name), quiet: { mutes: [], windows: [], acts: [] } }),
        remember: async ({ name }, { good, ...look }) => {
          const notified = trigger === 'terminal' ? {} : { baseline: look };
          looks.set(name, { ...looks.get(name), rates: look, ...notified, ...(good ? { good } : {}) });
        },
        sleep: async () => {},
      };
      return context;
    };
    const outcome = await health.run(contextFor(targets), {});
    expectPublished(outcome);
    if ('done' in outcome) return outcome.done;
    throw new Error(JSON.stringify(outcome));
  }

  async function collect(name: TargetName, args: Json): Promise<Json> {
    if (name.name === unreachable) throw new Error('the room is closed');
    const server = servers.find(({ spec }) => spec.name === name.name);
    if (!server) throw new Error(`no server ${name.name}`);
    const secrets = createSecrets((variable) => server.environment[variable]);
    const target = await openTarget(server.spec, 'read', { secret: secrets.resolve });
    try {
      return createMask([])(await collected.run(target, args));
    } finally {
      await target.close();
    }
  }
  return { report, iso, good: (name: string) => looks.get(name)?.good };
}

/** Its lines as a person reads them, without the times. */
export function told({ changed }: Report): string[] {
  return (changed?.lines ?? []).map(({ target, sentence, sure }) => `${sure} · ${target}: ${sentence}`);
}

import { memoryContext } from '../../src/app/memory-context.ts';
import { statementMemory } from '../../src/app/statement-memory.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunContext, RunOperation, Steps } from '../../src/core/operation.ts';
import type { Past } from '../../src/core/past.ts';
import type { Report } from '../../src/core/report.ts';
import type { StatementAsk, StatementLook } from '../../src/core/statement.ts';
import type { Trigger } from '../../src/core/trigger.ts';
import { createLogPositions } from '../../src/state/log-positions.ts';
import { createStatements } from '../../src/state/statements.ts';
import type { AnyCloud } from '../../src/targets/cloud.ts';
import type { AnyTarget } from '../../src/targets/index.ts';
import { memoryTable } from '../app/memory-table.ts';
import { expectPublished } from '../published-json.ts';

/** What is asked of a target whose statements are remembered, as the control room does it. */
export type Remembering = {
  ask(
    operation: RunOperation,
    target: AnyTarget,
    args?: Readonly<Record<string, string>>,
    about?: { trigger?: Trigger; past?: Past; cloud?: AnyCloud },
  ): Promise<Report>;
};

/** `nowMs`: what the server's clock says, so that a day need not last one. */
export function remembering(nowMs: () => number): Remembering {
  const memory = statementMemory(createStatements(memoryTable(nowMs)));
  const positions = createLogPositions(memoryTable(nowMs));
  return {
    ask: async (operation, target, args = {}, { trigger, past = {}, cloud } = {}) => {
      const name = {
        name: target.name,
        engine: target.engine,
        environment: 'laptop',
        cloud: cloud !== undefined,
      } as const;
      const tools = { target, ...(cloud ? { cloud } : {}), mask: createMask([]), nowMs: nowMs(), user: 'U0ANA' };
      const plain = memoryContext(operation, name, tools);
      const context: RunContext<Steps> = {
        ...plain,
        ...(trigger ? { trigger } : {}),
        limits: () => ({ leastLoadRatio: 1e-7 }),
        past: async () => past,
        unknownStatements: (one, ids) => memory.unknown(one.name, ids),
        compareStatements: (one, looks, texts, ask) => memory.compare(one.name, looks.map(at), texts, shifted(ask)),
        logPositions: (one) => positions.all(one.name),
        advanceLogs: async (one, moves) => {
          for (const { member, from, to } of moves) await positions.advance(one.name, member, from ?? undefined, to);
          return moves.map(({ member }) => member);
        },
        keepLoggedPlans: (one, plans) => memory.keepLogged(one.name, plans),
        rememberPlans: (one, plans) => memory.plans(one.name, plans, new Date(nowMs()).toISOString()),
        each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context))),
      };
      const now = new Date(nowMs()).toISOString();
      const at = (look: StatementLook): StatementLook => ({ ...look, at: now });
      const shifted = (ask: StatementAsk): StatementAsk => {
        const backMs = Date.parse(ask.until) - Date.parse(ask.since);
        return { ...ask, until: now, since: new Date(nowMs() - backMs).toISOString() };
      };
      const outcome = await operation.run(context, args);
      expectPublished(outcome);
      if ('done' in outcome) return outcome.done;
      throw new Error(JSON.stringify(outcome));
    },
  };
}

import * as v from 'valibot';
import { defineOperation, read } from '../core/operation.ts';
import type { AnyTarget } from '../targets/index.ts';
import { lookAtPostgres, type Asked, type PostgresLook } from './sessions/postgres-look.ts';
import { postgresReport } from './sessions/postgres-report.ts';
import { lookAtRedis, type RedisLook } from './sessions/redis-look.ts';
import { redisReport } from './sessions/redis-report.ts';

const states = ['active', 'idle', 'transaction', 'waiting'] as const;
const STATE_WORDS = `a state is one of ${states.join(', ')}`;
const Name = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));
const Arguments = v.strictObject({
  state: v.optional(v.picklist(states, STATE_WORDS)),
  app: v.optional(Name),
  member: v.optional(Name),
});

const steps = {
  look: read(async (target: AnyTarget, asked: Asked): Promise<PostgresLook | RedisLook> =>
    target.engine === 'postgres' ? lookAtPostgres(target, asked) : lookAtRedis(target, asked),
  ),
};

/** Who is doing what, and who waits for whom. */
export const sessions = defineOperation({
  id: 'sessions',
  title: 'Sessions and locks',
  why: 'Shows who is doing what: what works first, the lock tree with its root, and for each session how to stop it.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [
    { name: 'state', label: 'Only in this state', hint: states.join(', '), required: false },
    {
      name: 'app',
      label: 'Only applications (Redis: client names or addresses) with this in their name',
      hint: 'billing',
      required: false,
    },
    { name: 'member', label: 'Server, where it is not the one that takes writes', hint: 'shop-db-2', required: false },
  ],
  examples: ['sessions shop-db', 'sessions shop-db active', 'sessions shop-cache app=checkout'],
  steps,

  async run(context, { state = null, app = null, member = null }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const asked = { state, app, member };
    const look = await context.steps.look(target, asked);
    const report =
      look.engine === 'postgres'
        ? postgresReport(target.name, look, asked, context.startedAt)
        : redisReport(target.name, look, asked, context.startedAt);
    return { done: report };
  },
});

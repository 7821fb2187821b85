import { act, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { Fault } from '../core/errors.ts';
import type { AnyTarget } from '../targets/index.ts';
import { SessionArguments, sessionFields } from './end/arguments.ts';
import { findClient, type RedisClient } from './end/client.ts';
import { endOutcome, endPlan } from './end/end-postgres.ts';
import {
  clientGone,
  endClient,
  endClientOutcome,
  endClientPlan,
  identityOf,
  type ClientEnded,
  type ClientIdentity,
} from './end/end-redis.ts';
import { expiryOf } from './end/expiry.ts';
import { findSession, type Session } from './end/session.ts';
import { endSession, isGone, type Ended, type SessionIdentity } from './end/signal.ts';
import { isPid, whyAnotherSession, whyNotSignal } from './end/why-not.ts';
import { whyAnotherClient, whyNotEndClient } from './end/why-not-client.ts';

type Found = { session: Session | null } | { client: RedisClient | null };
type Wanted = { pid: number; member: string | null };

const steps = {
  identify: read(async (target: AnyTarget, wanted: Wanted): Promise<Found> => {
    if (target.engine === 'redis') return { client: await findClient(target, wanted) };
    return { session: isPid(wanted.pid) ? await findSession(target, wanted) : null };
  }),
  terminate: act(
    (target: AnyTarget, session: SessionIdentity): Promise<Ended> => endSession(postgres(target), session),
    (target: AnyTarget, session: SessionIdentity): Promise<Ended> => isGone(postgres(target), session),
  ),
  kill: act(
    (target: AnyTarget, client: ClientIdentity): Promise<ClientEnded> => endClient(redis(target), client),
    (target: AnyTarget, client: ClientIdentity): Promise<ClientEnded> => clientGone(redis(target), client),
  ),
};

/** Ends one session of PostgreSQL or one client of Redis, if at the moment of action it is still the one that was planned. */
export const end = defineOperation({
  id: 'end',
  title: 'End one session',
  why: 'Ends a session that blocks others, or a client of Redis. What it has open is undone and its client loses the connection.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: SessionArguments,
  fields: sessionFields(
    { label: 'Process id (pid) of the session, or id of the Redis client', hint: '2211' },
    'Start of the session that was seen, in microseconds; of a Redis client its server and address',
  ),
  examples: ['end shop-db 2211', 'end shop-cache 42'],
  steps,

  async run(context, { pid, member = null, seen }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const found = await context.steps.identify(target, { pid, member });
    return 'client' in found
      ? endOnRedis(context, target, found.client, { pid, seen })
      : endOnPostgres(context, target, found.session, { pid, seen });
  },
});

type Context = RunContext<typeof steps>;
type Asked = { pid: number; seen: string | undefined };

async function endOnPostgres(
  context: Context,
  target: TargetName,
  session: Session | null,
  { pid, seen }: Asked,
): Promise<Outcome> {
  const reason = whyNotSignal('end', pid, session, target.name);
  if (reason !== undefined || !session) return { refused: reason ?? 'there is no such session' };
  const another = whyAnotherSession(session, seen, target.name);
  if (another !== undefined) return { refused: another };
  const about = aboutOf(context, target);
  const decision = await context.approval(endPlan(about, session));
  if ('refused' in decision) return decision;
  await context.progress(`End pid ${pid}`, 'in_progress');
  const { member, backendStartMicros, queryId } = session;
  const identity = { member, pid, backendStartMicros, queryId };
  return endOutcome(about, session, await context.steps.terminate(target, identity, decision.granted));
}

async function endOnRedis(
  context: Context,
  target: TargetName,
  client: RedisClient | null,
  { pid, seen }: Asked,
): Promise<Outcome> {
  const reason = whyNotEndClient(pid, client, target.name);
  if (reason !== undefined || !client) return { refused: reason ?? 'there is no such client' };
  const another = whyAnotherClient(client, seen, target.name);
  if (another !== undefined) return { refused: another };
  const about = aboutOf(context, target);
  const decision = await context.approval(endClientPlan(about, client));
  if ('refused' in decision) return decision;
  await context.progress(`End client ${pid}`, 'in_progress');
  return endClientOutcome(about, client, await context.steps.kill(target, identityOf(client), decision.granted));
}

function aboutOf({ runId, startedAt }: Context, target: TargetName) {
  return { runId, startedAt, target, expiresAt: expiryOf(startedAt) };
}

function postgres(target: AnyTarget): Extract<AnyTarget, { engine: 'postgres' }> {
  if (target.engine === 'postgres') return target;
  throw new Fault('invalid_request', `${target.name} is not PostgreSQL`);
}

function redis(target: AnyTarget): Extract<AnyTarget, { engine: 'redis' }> {
  if (target.engine === 'redis') return target;
  throw new Fault('invalid_request', `${target.name} is not Redis`);
}

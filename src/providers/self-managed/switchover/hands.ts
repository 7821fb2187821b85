import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import { awaitedStandbys } from './awaited-standbys.ts';
import { awaitsWords } from './candidate.ts';
import { HOLD_NAME, NOT_THERE, readHeldSettings, restoreSettings } from './held-settings.ts';
import {
  endLeftSessions,
  endOtherGuards,
  GUARD_APPLICATION,
  holdSession,
  type HeldSession,
  type Place,
} from './sessions.ts';
import { settingsBefore } from './identity.ts';
import { standingOf } from './world.ts';
import { EMIT, startGuard } from './write-hold.ts';

/** The connections of one switchover: opened before it begins, and none after. Whoever loses them can do no more harm. */
export type Hands = {
  /** On the old primary; its own commits never wait for a standby. */
  control: HeldSession;
  /** On the old primary: its commit hangs while the writes are held. */
  witness: HeldSession;
  /** On the old primary: lets go by itself, whatever becomes of us; nobody ends it. */
  guard: HeldSession;
  /** On the server that takes over. */
  candidate: HeldSession;
  /** By the clock of the candidate: after this it takes over no more. Set by `prepare`. */
  promoteUntil: string;
  /** Resolves when a commit on the old primary is acknowledged again. */
  released(): Promise<void>;
  close(): Promise<void>;
};

/** How long the guard's one statement may take: the deadline and a little more. */
const GUARD_SLACK_SECONDS = 20;
const STATEMENT_SECONDS = 5;
const RELEASE_PATIENCE_MS = 5000;

/** Throws a Fault where a server does not let us in: nothing was done then. */
export async function openHands(place: Place, { from, to, deadlineSeconds }: SwitchoverOrder): Promise<Hands> {
  const opened: HeldSession[] = [];
  const open = async (member: string, seconds: number, application?: string) => {
    const session = await holdSession(place, member, seconds, application);
    opened.push(session);
    return session;
  };
  const close = async () => void (await Promise.all(opened.map((session) => session.close())));
  try {
    const control = await open(from, STATEMENT_SECONDS);
    const candidate = await open(to, STATEMENT_SECONDS);
    for (const { ask, member } of [control, candidate]) {
      // oxlint-disable-next-line no-await-in-loop -- before others of ours are opened, which it would end
      if (!(await endLeftSessions(ask))) throw new Fault('conflict', `another switchover is at work on ${member}`);
    }
    const guard = await open(from, deadlineSeconds + GUARD_SLACK_SECONDS, GUARD_APPLICATION);
    const witness = await open(from, deadlineSeconds + GUARD_SLACK_SECONDS);
    await control.ask('set synchronous_commit = local');
    return {
      control,
      witness,
      guard,
      candidate,
      promoteUntil: '',
      released: () => released(witness),
      close: () => endAll({ control, witness }, close),
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** A commit that is acknowledged: behind the one that hung, on the same session, so that it proves both. */
async function released(witness: HeldSession): Promise<void> {
  const late = sleep(RELEASE_PATIENCE_MS, 'late', { ref: false });
  if ((await Promise.race([witness.ask(EMIT), late])) === 'late') throw new Fault('timed_out', 'commits still hang');
}

/** The server would keep what hangs there, whether its client is gone or not. The guard is to outlive us. */
async function endAll({ control, witness }: Pick<Hands, 'control' | 'witness'>, close: () => Promise<void>) {
  await control.ask('select pg_terminate_backend($1)', [witness.pid]).catch(() => undefined);
  await close();
}

/** Looks once more at what was approved, on the very connections that will act. A sentence where it is not so any more. */
export async function prepare(hands: Hands, order: SwitchoverOrder, graceSeconds: number): Promise<string | undefined> {
  const { control, candidate, guard } = hands;
  const [old, next, inFile, left, awaits] = await Promise.all([
    standingOf(control.ask),
    standingOf(candidate.ask),
    readHeldSettings(control.ask),
    readHeldSettings(candidate.ask),
    awaitedStandbys(candidate.ask),
  ]);
  const { from, to, identity, deadlineSeconds } = order;
  const same = [old, next].every(
    ({ systemIdentifier, timeline }) =>
      systemIdentifier === identity['system identifier'] && timeline === identity['timeline'],
  );
  if (old.inRecovery || !next.inRecovery || !same)
    return `${from} and ${to} are not the primary and the standby of the plan any more.`;
  if (!next.receives) return `${to} does not stream from ${from} any more.`;
  if (JSON.stringify(inFile) !== JSON.stringify(settingsBefore(order)))
    return `The settings of ${from} have changed since the plan.`;
  if (awaits !== '') return `${to} cannot take the writes: ${awaitsWords(awaits)}`;
  // What an earlier switchover left on a former primary would hold its writes as soon as it takes them again.
  if (left.synchronous_standby_names === HOLD_NAME) {
    await restoreSettings(candidate.ask, {
      synchronous_standby_names: NOT_THERE,
      default_transaction_read_only: NOT_THERE,
    });
  }
  await startGuard(guard, control.ask, deadlineSeconds + graceSeconds);
  await endOtherGuards(control.ask, guard);
  const [row] = await candidate.ask<{ until: string }>(
    `select (clock_timestamp() + make_interval(secs => $1))::text as until`,
    [deadlineSeconds],
  );
  hands.promoteUntil = row?.until ?? '';
  return undefined;
}

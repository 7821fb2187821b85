import type { Check, Place, Seen } from '../../core/check.ts';
import type { Engine } from '../../core/engine.ts';
import type { Json } from '../../core/json.ts';
import type { StepRoom } from '../../core/room.ts';
import { postgresChecks, redisChecks } from '../../checks/index.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { AnyTarget } from '../../targets/index.ts';

/** A member as it was met: reached or not, with the masked reason. */
export type MemberSeen = { name: string; role: string; reached: boolean; reason?: string; next?: string };

/** All that one room saw of one target. */
export type Look = {
  members: readonly MemberSeen[];
  /** The member that takes writes now, whatever the config says; null when none answered. */
  primary: string | null;
  answers: { readonly [check: string]: Seen<Json> };
  /** What exporters answered of the machines, to the checks that ask those. */
  machines?: Look['answers'];
  /** Why the room could not look at all. */
  unseen?: string;
  /** Only when it was asked for. */
  costs?: Costs;
};

/** What each check cost, asked one after the other. */
export type Costs = {
  checks: readonly CheckCost[];
  /** Why the database's own time is not known; null when it is. */
  databaseUnmeasured: string | null;
};
export type CheckCost = {
  check: string;
  /** Statements or commands, over all members. */
  statements: number;
  /** From the question to the answer, as the room sees it, with the way there and back. */
  roomMs: number;
  /** What the servers spent on planning and execution; null where they do not tell. */
  databaseMs: number | null;
};

/** What is known when the room itself failed. */
export function unseen(reason: string): Look {
  return { members: [], primary: null, answers: {}, unseen: reason };
}

/** What the registry needs of a check, whatever its engine. */
export type AnyCheck = Omit<Check<never>, 'ask'> & { ask: { readonly [P in Place]?: unknown } };

/** What one room answered, whoever it asked. */
export type Answers = Pick<Look, 'answers' | 'unseen'>;

export function checksOf(engine: Engine): readonly AnyCheck[] {
  return engine === 'postgres' ? postgresChecks : redisChecks;
}

/** The questions that this room can ask of a target, not asked yet. */
export function questionsFor(target: AnyTarget, room: StepRoom): Question[] {
  return target.engine === 'postgres' ? bound(postgresChecks, target, room) : bound(redisChecks, target, room);
}
export type Question = { check: string; ask: () => Promise<[string, Seen<Json>]> };

function bound<T, C, M>(checks: readonly Check<T, C, M>[], target: T, room: StepRoom): Question[] {
  return checks.flatMap(({ id, ask: rooms }) => {
    const ask = rooms[room];
    return ask ? [{ check: id, ask: () => answer(id, ask, target) }] : [];
  });
}

/** Asks every check that this room can answer; one that fails is an `unreliable` answer, never a broken look. */
export async function lookAt(target: AnyTarget, room: StepRoom): Promise<Look> {
  const [answers, machines] = await Promise.all([
    Promise.all(questionsFor(target, room).map(({ ask }) => ask())),
    lookAtMachines(target),
  ]);
  return lookOf(target, Object.fromEntries(answers), machines);
}

/** The answers, with who was met. */
export function lookOf(target: AnyTarget, answers: Look['answers'], machines: Look['answers'] | undefined): Look {
  const primary = target.primary?.name ?? null;
  return { members: membersOf(target), primary, answers, ...(machines ? { machines } : {}) };
}

/** Asks the exporters of a target every check of machines; undefined where there are none. */
export async function lookAtMachines(target: AnyTarget): Promise<Look['answers'] | undefined> {
  if (!target.machines) return undefined;
  return target.engine === 'postgres'
    ? await askMachines(postgresChecks, target.machines)
    : await askMachines(redisChecks, target.machines);
}

/** Asks the cloud that hosts a target every check of the control room, and of machines. */
export async function lookAtCloud(cloud: AnyCloud): Promise<Answers> {
  const [ofCloud, ofMachines] = await Promise.all(
    cloud.engine === 'postgres'
      ? [askCloud(postgresChecks, cloud), askMachines(postgresChecks, cloud)]
      : [askCloud(redisChecks, cloud), askMachines(redisChecks, cloud)],
  );
  return { answers: { ...ofCloud, ...ofMachines } };
}

async function askCloud<T, C, M>(checks: readonly Check<T, C, M>[], cloud: C): Promise<Look['answers']> {
  const asked = checks.flatMap(({ id, ask }) => (ask.control ? [answer(id, ask.control, cloud)] : []));
  return Object.fromEntries(await Promise.all(asked));
}

async function askMachines<T, C, M>(checks: readonly Check<T, C, M>[], machines: M): Promise<Look['answers']> {
  const asked = checks.flatMap(({ id, ask }) => (ask.machine ? [answer(id, ask.machine, machines)] : []));
  return Object.fromEntries(await Promise.all(asked));
}

async function answer<T>(
  id: string,
  ask: (target: T) => Promise<Seen<Json>>,
  target: T,
): Promise<[string, Seen<Json>]> {
  try {
    return [id, await ask(target)];
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return [id, { unreliable: `the question failed: ${reason}` }];
  }
}

function membersOf(target: AnyTarget): MemberSeen[] {
  const sentinels = target.engine === 'redis' ? (target.sentinels?.members ?? []) : [];
  const reached = [...target.members, ...sentinels].map(({ name, role }) => ({ name, role, reached: true }));
  const unreached = target.unreached.map(({ name, role, reason, next }) => {
    return { name, role, reached: false, reason, ...(next === undefined ? {} : { next }) };
  });
  return [...reached, ...unreached];
}

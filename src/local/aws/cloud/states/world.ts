import type { Change, Due, Move, Step, Steps, Truth } from './change.ts';
import { copyEngines, type EngineCopies } from './copies.ts';
import type { Durations } from './durations.ts';
import type { CloudEvent } from './event.ts';
import type { CloudModel } from '../model.ts';
import type { Past, Resources } from './past.ts';
import { stuckIn, type Trouble } from './trouble.ts';

/** The engines behind a resource, given by whoever starts the stand-in. */
export type EngineBinding = {
  /** Makes this member the one that takes writes, and the endpoint lead to it. It rejects where it cannot. */
  moveTo(member: string): Promise<void>;
};

/** Resources with their states on a virtual clock, which stands still until somebody advances it. */
export type World = {
  nowMs(): number;
  truth(): Truth;
  /** Takes over what a verb has decided. */
  apply(change: Change): void;
  /** Moves the clock; every step that is due on the way is taken, and its engines are waited for. */
  advance(byMs: number): Promise<void>;
  /** Moves the clock until nothing goes on any more, but not beyond a virtual day. */
  settle(): Promise<void>;
  events: readonly CloudEvent[];
  past: Past;
};

export type WorldOptions = {
  model: CloudModel;
  startMs: number;
  durations: Durations;
  trouble: Trouble;
  steps: Steps;
  bindings: { readonly [resource: string]: EngineBinding };
  /** The data behind snapshots and what is made of them; without it they have none. */
  copies?: EngineCopies | undefined;
};

type Waiting = { atMs: number; step: Step };
type Held = WorldOptions & { nowMs: number; waiting: Waiting[]; events: CloudEvent[]; past: Past };

const A_DAY_MS = 24 * 3_600_000;

export function openWorld(options: WorldOptions): World {
  const held: Held = { ...options, nowMs: options.startMs, waiting: [], events: [], past: [] };
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    nowMs: () => held.nowMs,
    truth: () => truthOf(held),
    events: held.events,
    past: held.past,
    apply: (change) => {
      takeOver(held, change);
      schedule(held, change.due);
    },
    advance: (byMs) =>
      inTurn(async () => {
        const untilMs = held.nowMs + byMs;
        await takeAll(held, untilMs);
        held.nowMs = untilMs;
      }),
    settle: () => inTurn(() => takeAll(held, held.nowMs + A_DAY_MS)),
  };
}

function truthOf({ model, events, trouble, nowMs }: Held): Truth {
  return { ...resourcesOf(model), mostSnapshots: model.mostSnapshots, exports: model.exports, events, trouble, nowMs };
}

function resourcesOf(model: CloudModel): Resources {
  const { instances, clusters, groups, snapshots, clusterSnapshots, cacheSnapshots } = model;
  return { instances, clusters, groups, snapshots, clusterSnapshots, cacheSnapshots };
}

async function takeAll(held: Held, untilMs: number): Promise<void> {
  for (let next = earliest(held.waiting, untilMs); next; next = earliest(held.waiting, untilMs)) {
    held.waiting.splice(held.waiting.indexOf(next), 1);
    held.nowMs = Math.max(held.nowMs, next.atMs);
    if (!isStuck(truthOf(held), next.step)) await take(held, next.step);
  }
}

async function take(held: Held, step: Step): Promise<void> {
  const decide = held.steps[step.name];
  if (!decide) throw new TypeError(`no state graph has the step ${step.name}`);
  const change = decide(truthOf(held), step);
  takeOver(held, change);
  await copyEngines(held, change.copy);
  const failed = change.move !== undefined && (await moveFails(held.bindings, change.move));
  if (!failed) schedule(held, change.due);
  else if (change.move?.otherwise) await take(held, change.move.otherwise);
}

function takeOver({ model, past, events, trouble, nowMs }: Held, change: Change): void {
  past.push({ untilMs: nowMs, was: resourcesOf(model) });
  replaceIn(model, change);
  for (const { bucket, ...object } of change.exported ?? [])
    model.exports[bucket]?.push({ ...object, modifiedAt: new Date(nowMs).toISOString() });
  const told = (change.notices ?? []).filter(({ id }) => id === undefined || !trouble.strikes('event-lost', id));
  events.push(...told.map((notice) => ({ ...notice, atMs: nowMs })));
}

function schedule({ waiting, durations, nowMs }: Held, due: readonly Due[] = []): void {
  for (const { after, step } of due) waiting.push({ atMs: nowMs + durations[after] * 1000, step });
}

function earliest(waiting: readonly Waiting[], untilMs: number): Waiting | undefined {
  return waiting.filter(({ atMs }) => atMs <= untilMs).toSorted((one, other) => one.atMs - other.atMs)[0];
}

/** Engines that nobody has bound move by themselves. */
async function moveFails(bindings: WorldOptions['bindings'], { resource, to }: Move): Promise<boolean> {
  try {
    await bindings[resource]?.moveTo(to);
    return false;
  } catch {
    return true;
  }
}

function isStuck(truth: Truth, { resource }: Step): boolean {
  const { instances, clusters, groups, snapshots, clusterSnapshots, cacheSnapshots, trouble } = truth;
  const status =
    instances.find(({ DBInstanceIdentifier: id }) => id === resource)?.DBInstanceStatus ??
    clusters.find(({ DBClusterIdentifier: id }) => id === resource)?.Status ??
    groups.find(({ ReplicationGroupId: id }) => id === resource)?.Status ??
    snapshots.find(({ DBSnapshotIdentifier: id, DBSnapshotArn: arn }) => [id, arn].includes(resource))?.Status ??
    clusterSnapshots.find((one) => [one.DBClusterSnapshotIdentifier, one.DBClusterSnapshotArn].includes(resource))
      ?.Status ??
    cacheSnapshots.find(({ SnapshotName: id }) => id === resource)?.SnapshotStatus;
  return trouble.strikes('stuck', stuckIn(resource, status));
}

function replaceIn(model: CloudModel, change: Change): void {
  model.instances = replaced(model.instances, change.instances, ({ DBInstanceIdentifier: id }) => id);
  model.clusters = replaced(model.clusters, change.clusters, ({ DBClusterIdentifier: id }) => id);
  model.groups = replaced(model.groups, change.groups, ({ ReplicationGroupId: id }) => id);
  // A copy in another region may have the same name.
  model.snapshots = replaced(model.snapshots, change.snapshots, (one) => one.DBSnapshotArn ?? one.DBSnapshotIdentifier);
  model.clusterSnapshots = replaced(
    model.clusterSnapshots,
    change.clusterSnapshots,
    (one) => one.DBClusterSnapshotArn ?? one.DBClusterSnapshotIdentifier,
  );
  model.cacheSnapshots = replaced(model.cacheSnapshots, change.cacheSnapshots, ({ SnapshotName: id }) => id);
  remove(model, change.gone ?? []);
}

function remove(model: CloudModel, gone: readonly string[]): void {
  if (gone.length === 0) return;
  const isLeft = (arn: string | undefined) => arn === undefined || !gone.includes(arn);
  model.snapshots = model.snapshots.filter(({ DBSnapshotArn }) => isLeft(DBSnapshotArn));
  model.clusterSnapshots = model.clusterSnapshots.filter(({ DBClusterSnapshotArn }) => isLeft(DBClusterSnapshotArn));
  model.cacheSnapshots = model.cacheSnapshots.filter(({ ARN }) => isLeft(ARN));
  const isThere = (name: string | undefined) => !gone.includes(name ?? '');
  model.instances = model.instances.filter(({ DBInstanceIdentifier: id }) => isThere(id));
  model.clusters = model.clusters.filter(({ DBClusterIdentifier: id }) => isThere(id));
}

/** Each in the place of the one of its name; the others are new. */
function replaced<T>(all: T[], changed: readonly T[] | undefined, nameOf: (one: T) => string | undefined): T[] {
  if (changed === undefined || changed.length === 0) return all;
  const isThere = (one: T) => all.some((other) => nameOf(other) === nameOf(one));
  const kept = all.map((one) => changed.find((other) => nameOf(other) === nameOf(one)) ?? one);
  return [...kept, ...changed.filter((one) => !isThere(one))];
}

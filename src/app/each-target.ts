import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { RunOperation, TargetName } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import type { RunTools } from './run-tools.ts';

/** How many targets one execution looks at side by side. */
const TARGETS_AT_ONCE = 5;

/**
 * Beyond this a run hands its targets out in shares. An execution may have about 3,000 operations and a target takes four, in a cloud five;
 * what it has done is read again at every resumption, which grows with the square of its targets.
 */
const MOST_TARGETS = 50;
const SHARE_TARGETS = 25;
const SHARES_AT_ONCE = 4;

export type EachTools = {
  durable: DurableContext;
  tools: RunTools;
  operation: RunOperation;
  request: RunRequest;
  startedAt: string;
};
type Work<R extends Json> = (target: TargetName, inner: DurableContext) => Promise<R>;

/** The results of a share, thrown so that the body of the operation ends where they are known. */
export class ShareDone extends Error {
  readonly results: readonly Json[];
  constructor(results: readonly Json[]) {
    super('the share is done');
    this.name = 'ShareDone';
    this.results = results;
  }
}

/** The same work for several targets, a few at a time; results in the order of `targets`. */
export async function eachTarget<R extends Json>(
  each: EachTools,
  name: string,
  targets: readonly TargetName[],
  work: Work<R>,
): Promise<R[]> {
  const { share } = each.request;
  if (share === undefined && targets.length > MOST_TARGETS && each.operation.risk === 'reads') {
    return inShares<R>(each, name, targets);
  }
  if (share !== undefined && share.each !== name) {
    throw new Fault('unsupported', `${each.operation.id} cannot be shared out: ${name} comes before ${share.each}`);
  }
  const results = await here(each, name, targets, work);
  if (share !== undefined) throw new ShareDone(results);
  return results;
}

async function here<R extends Json>(
  { durable }: EachTools,
  name: string,
  targets: readonly TargetName[],
  work: Work<R>,
): Promise<R[]> {
  const batch = await durable.map<TargetName, R>(name, [...targets], (inner, target) => work(target, inner), {
    maxConcurrency: TARGETS_AT_ONCE,
    itemNamer: (target) => target.name,
  });
  batch.throwIfError();
  return batch.getResults();
}

type Handed = { targets: readonly string[]; number: number };

/** Each share is an execution of its own, which has its own room for operations and its own time. */
async function inShares<R extends Json>(
  { durable, tools, request, startedAt }: EachTools,
  name: string,
  targets: readonly TargetName[],
): Promise<R[]> {
  const batch = await durable.map<Handed, R[]>(
    name,
    sharesOf(targets.map((target) => target.name)),
    (inner, { targets: some, number }) =>
      inner.invoke<RunRequest, R[]>(`${name} share ${number}`, tools.runFunction(), {
        ...request,
        share: { each: name, targets: some, startedAt },
      }),
    { maxConcurrency: SHARES_AT_ONCE, itemNamer: ({ number }) => `share ${number}` },
  );
  batch.throwIfError();
  return batch.getResults().flat();
}

function sharesOf(targets: readonly string[]): Handed[] {
  return Array.from({ length: Math.ceil(targets.length / SHARE_TARGETS) }, (_, n) => ({
    targets: targets.slice(n * SHARE_TARGETS, (n + 1) * SHARE_TARGETS),
    number: n + 1,
  }));
}

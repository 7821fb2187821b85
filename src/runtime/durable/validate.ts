import type { OperationUpdate } from '@aws/durable-execution-sdk-js';
import { DurableExecutionClientError, DurableExecutionClientErrorScope } from '@aws/durable-execution-sdk-js';
import { overLimit, tooMany } from './limits.ts';
import type { Operation } from './model.ts';

/** From which status of an operation an action is allowed; `new` means that it does not exist yet. */
const allowed: { readonly [type: string]: { readonly [action: string]: readonly string[] } } = {
  STEP: {
    START: ['new', 'READY'],
    SUCCEED: ['new', 'STARTED', 'READY'],
    FAIL: ['new', 'STARTED', 'READY'],
    RETRY: ['new', 'STARTED', 'READY'],
  },
  CONTEXT: { START: ['new'], SUCCEED: ['new', 'STARTED'], FAIL: ['new', 'STARTED'] },
  WAIT: { START: ['new'], CANCEL: ['STARTED'] },
  CALLBACK: { START: ['new'], CANCEL: ['STARTED'] },
  CHAINED_INVOKE: { START: ['new'], CANCEL: ['STARTED'] },
  EXECUTION: { SUCCEED: ['new', 'STARTED'], FAIL: ['new', 'STARTED'] },
};

export type ValidUpdate = OperationUpdate & {
  Id: string;
  Type: NonNullable<OperationUpdate['Type']>;
  Action: NonNullable<OperationUpdate['Action']>;
};

/** Refuses a batch that the service would refuse as a whole, which fails the execution. */
export function checkBatch(updates: readonly OperationUpdate[], find: (id: string) => Operation | undefined): void {
  refuseIf(tooMany(updates));
  refuseIf(wrongEnd(updates));
  const before = new Map<string, OperationUpdate>();
  for (const update of updates) {
    if (update.Id === undefined || update.Id === '') throw rejected('Operation update must have an Id.');
    refuseIf(wrongPlace(update, before, find));
    before.set(update.Id, update);
  }
}

function wrongEnd(updates: readonly OperationUpdate[]): string | undefined {
  const ends = updates.filter(({ Type }) => Type === 'EXECUTION').length;
  if (ends > 1) return 'Cannot checkpoint multiple EXECUTION updates.';
  const isLast = ends === 0 || updates.at(-1)?.Type === 'EXECUTION';
  return isLast ? undefined : 'EXECUTION checkpoint must be the last update.';
}

function wrongPlace(
  update: OperationUpdate,
  before: ReadonlyMap<string, OperationUpdate>,
  find: (id: string) => Operation | undefined,
): string | undefined {
  const { Id = '', ParentId } = update;
  if (isRepeated(before.get(Id), update)) return 'Cannot update the same operation twice in a single request.';
  if (ParentId === undefined) return undefined;
  const parent = before.get(ParentId) ?? find(ParentId);
  return parent?.Type === 'CONTEXT' ? undefined : 'Invalid parent operation id.';
}

/** A step or a context may start and end in one batch; everything else changes once. */
function isRepeated(before: OperationUpdate | undefined, update: OperationUpdate): boolean {
  if (before === undefined) return false;
  const opens = before.Action === 'START' && update.Action !== 'START';
  return !(opens && (before.Type === 'STEP' || before.Type === 'CONTEXT'));
}

/** Refuses an update that the service would refuse, which fails the execution. */
export function checkUpdate(update: OperationUpdate, existing: Operation | undefined): ValidUpdate {
  refuseIf(overLimit(update));
  const { Id = '', Type, Action } = update;
  if (Type === undefined || allowed[Type] === undefined) throw rejected('Unknown operation type.');
  if (Action === undefined || allowed[Type][Action] === undefined)
    throw rejected('Invalid action for the given operation type.');
  refuseIf(wrongState(Type, Action, existing));
  refuseIf(wrongContents(update));
  return { ...update, Id, Type, Action };
}

/** The texts are those of the validators in AWS's testing SDK. */
function wrongState(type: string, action: string, existing: Operation | undefined): string | undefined {
  if (existing !== undefined && existing.Type !== type) return 'Invalid operation type.';
  if (allowed[type]?.[action]?.includes(existing?.Status ?? 'new') === true) return undefined;
  if (action === 'CANCEL') return `Cannot cancel a ${type} that does not exist or has already completed.`;
  if (action === 'START' && type !== 'STEP') return `Cannot start a ${type} that already exists.`;
  const verb = { START: 'start', RETRY: 're-attempt' }[action] ?? 'close';
  return `Invalid current ${type} state to ${verb}.`;
}

function wrongContents({ Action, Payload, Error, StepOptions }: OperationUpdate): string | undefined {
  if (Action === 'FAIL' && Payload !== undefined) return 'Cannot provide a Payload for FAIL action.';
  if (Action === 'SUCCEED' && Error !== undefined) return 'Cannot provide an Error for SUCCEED action.';
  if (Action !== 'RETRY') return undefined;
  if (StepOptions === undefined) return 'Invalid StepOptions for the given action.';
  if (Error !== undefined && Payload !== undefined) return 'Cannot provide both error and payload to RETRY a STEP.';
  return undefined;
}

function refuseIf(reason: string | undefined): void {
  if (reason !== undefined) throw rejected(reason);
}

/** The request can never succeed: the execution fails. */
export function rejected(message: string): DurableExecutionClientError {
  return new DurableExecutionClientError(message, { scope: DurableExecutionClientErrorScope.EXECUTION });
}

/** Another invocation has taken over, or the execution has ended: this invocation stops here. */
export function fencedOff(): DurableExecutionClientError {
  return new DurableExecutionClientError('Invalid Checkpoint Token', {
    scope: DurableExecutionClientErrorScope.INVOCATION,
  });
}

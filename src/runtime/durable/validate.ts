import type { OperationUpdate } from '@aws/durable-execution-sdk-js';
import { DurableExecutionClientError, DurableExecutionClientErrorScope } from '@aws/durable-execution-sdk-js';
import type { Operation } from './model.ts';

/** The service's limits: CheckpointDurableExecution in the Lambda API reference and the SDK's own constants. */
const PAYLOAD_LIMIT_BYTES = 256 * 1024;
const ERROR_LIMIT_BYTES = 32 * 1024;
const UPDATES_LIMIT = 250;
const NAME_LIMIT = 256;

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

/** Refuses a batch that the service would refuse, which fails the execution. */
export function checkBatch(updates: readonly OperationUpdate[]): void {
  if (updates.length > UPDATES_LIMIT) throw rejected(`more than ${UPDATES_LIMIT} updates in one checkpoint`);
  const end = updates.findIndex((update) => update.Type === 'EXECUTION');
  if (end >= 0 && end < updates.length - 1)
    throw rejected('the EXECUTION update must be the only one and the last one');
}

/** Refuses an update that the service would refuse, which fails the execution. */
export function checkUpdate(
  update: OperationUpdate,
  existing: Operation | undefined,
  parent: Operation | undefined,
): ValidUpdate {
  const { Id, Type, Action } = update;
  if (Id === undefined || Type === undefined || Action === undefined)
    throw rejected('an update needs Id, Type and Action');
  checkTransition(Type, Action, existing);
  if (update.ParentId !== undefined && parent?.Type !== 'CONTEXT') throw rejected('Invalid parent operation id.');
  checkSizes(update, Type);
  return { ...update, Id, Type, Action };
}

function checkTransition(type: string, action: string, existing: Operation | undefined): void {
  const from = allowed[type]?.[action];
  if (from === undefined) throw rejected(`Invalid action ${action} for the given operation type ${type}.`);
  if (existing !== undefined && existing.Type !== type) throw rejected('Invalid operation type.');
  const status = existing?.Status ?? 'new';
  if (!from.includes(status)) throw rejected(`Invalid current ${type} state to ${action}: ${status}`);
}

function checkSizes(update: OperationUpdate, type: string): void {
  const label = update.Name ?? update.Id ?? '';
  if (label.length > NAME_LIMIT) throw rejected(`operation name over ${NAME_LIMIT} characters`);
  if (type !== 'EXECUTION' && Buffer.byteLength(update.Payload ?? '') > PAYLOAD_LIMIT_BYTES) {
    throw rejected(`payload of ${label} is over ${PAYLOAD_LIMIT_BYTES / 1024} KB`);
  }
  if (update.Error !== undefined && Buffer.byteLength(JSON.stringify(update.Error)) > ERROR_LIMIT_BYTES) {
    throw rejected(`error of ${label} is over ${ERROR_LIMIT_BYTES / 1024} KB`);
  }
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

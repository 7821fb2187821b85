import type { OperationUpdate } from '@aws/durable-execution-sdk-js';

/** Checkpoints one after the other; `{id}` is replaced by an id of the case. */
export type UpdateCase = { name: string; batches: readonly (readonly OperationUpdate[])[] };

type Parts = Partial<OperationUpdate>;
const update = (
  Type: OperationUpdate['Type'],
  Action: OperationUpdate['Action'],
  parts: Parts = {},
): OperationUpdate => ({
  Id: '{id}',
  Type,
  Action,
  Name: 'one',
  ...(Action === 'RETRY' ? { StepOptions: { NextAttemptDelaySeconds: 60 } } : {}),
  ...(Type === 'WAIT' && Action === 'START' ? { WaitOptions: { WaitSeconds: 60 } } : {}),
  ...(Type === 'CHAINED_INVOKE' && Action === 'START' ? { ChainedInvokeOptions: { FunctionName: 'read' } } : {}),
  ...parts,
});
const step = (action: OperationUpdate['Action'], parts: Parts = {}) => update('STEP', action, parts);
const context = (action: OperationUpdate['Action'], parts: Parts = {}) => update('CONTEXT', action, parts);

const types = ['STEP', 'CONTEXT', 'WAIT', 'CALLBACK', 'CHAINED_INVOKE'] as const;
const actions = ['START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL'] as const;

const everyActionOnSomethingNew = types.flatMap((type) =>
  actions.map((action): UpdateCase => ({ name: `${action} of a new ${type}`, batches: [[update(type, action)]] })),
);
const everyTypeStartedTwice = types.map((type): UpdateCase => ({
  name: `a ${type} is started again`,
  batches: [[update(type, 'START')], [update(type, 'START')]],
}));
const everyActionAfter = (state: string, ...before: OperationUpdate[]): UpdateCase[] =>
  (['START', 'SUCCEED', 'FAIL', 'RETRY'] as const).map((action) => ({
    name: `${action} of a step that is ${state}`,
    batches: [...before.map((one) => [one]), [step(action)]],
  }));

const inOneBatch: readonly UpdateCase[] = [
  { name: 'a step starts and ends', batches: [[step('START'), step('SUCCEED', { Payload: '1' })]] },
  { name: 'a step starts and is retried', batches: [[step('START'), step('RETRY')]] },
  { name: 'a step ends twice', batches: [[step('SUCCEED'), step('SUCCEED')]] },
  { name: 'a step is retried and starts', batches: [[step('RETRY'), step('START')]] },
  { name: 'a context starts and ends', batches: [[context('START'), context('FAIL', { Error: {} })]] },
  { name: 'a context ends and starts', batches: [[context('SUCCEED'), context('START')]] },
  { name: 'a wait starts and is cancelled', batches: [[update('WAIT', 'START'), update('WAIT', 'CANCEL')]] },
  { name: 'a wait is cancelled later', batches: [[update('WAIT', 'START')], [update('WAIT', 'CANCEL')]] },
];

const contents: readonly UpdateCase[] = [
  { name: 'a failure with a payload', batches: [[step('FAIL', { Payload: '1' })]] },
  { name: 'a success with an error', batches: [[step('SUCCEED', { Error: { ErrorMessage: 'no' } })]] },
  { name: 'a failed context with a payload', batches: [[context('FAIL', { Payload: '1' })]] },
  { name: 'a context that succeeds with an error', batches: [[context('SUCCEED', { Error: {} })]] },
  { name: 'a retry without options', batches: [[step('RETRY', { StepOptions: undefined })]] },
  { name: 'a retry with a payload', batches: [[step('RETRY', { Payload: '1' })]] },
  { name: 'a retry with payload and error', batches: [[step('RETRY', { Payload: '1', Error: {} })]] },
  { name: 'an error of 33 KB', batches: [[step('FAIL', { Error: { ErrorMessage: 'x'.repeat(33 * 1024) } })]] },
  { name: 'an error of 31 KB', batches: [[step('FAIL', { Error: { ErrorMessage: 'x'.repeat(31 * 1024) } })]] },
  { name: 'a payload of 900 KB', batches: [[step('SUCCEED', { Payload: 'x'.repeat(900 * 1024) })]] },
];

const places: readonly UpdateCase[] = [
  { name: 'an update without an id', batches: [[step('START', { Id: undefined })]] },
  { name: 'a parent that does not exist', batches: [[step('START', { ParentId: 'nobody' })]] },
  { name: 'a parent that is a step', batches: [[step('START'), step('START', { Id: '{id}-1', ParentId: '{id}' })]] },
  {
    name: 'a parent that is started in the same batch',
    batches: [[context('START'), step('START', { Id: '{id}-1', ParentId: '{id}' })]],
  },
  {
    name: 'a parent that is started after its child',
    batches: [[step('START', { Id: '{id}-1', ParentId: '{id}' }), context('START')]],
  },
  {
    name: 'two ends of the execution',
    batches: [[update('EXECUTION', 'SUCCEED'), update('EXECUTION', 'SUCCEED', { Id: '{id}-1' })]],
  },
  { name: 'something after the end', batches: [[update('EXECUTION', 'SUCCEED'), step('START', { Id: '{id}-1' })]] },
  { name: 'the execution is started', batches: [[update('EXECUTION', 'START')]] },
  { name: 'the end has a payload and fails', batches: [[update('EXECUTION', 'FAIL', { Payload: '1' })]] },
  { name: 'nothing', batches: [[]] },
];

/** What a client may send. Both backends have to say the same to each. */
export const updateCases: readonly UpdateCase[] = [
  ...everyActionOnSomethingNew,
  ...everyTypeStartedTwice,
  ...everyActionAfter('started', step('START')),
  ...everyActionAfter('over', step('START'), step('SUCCEED')),
  ...everyActionAfter('between two attempts', step('START'), step('RETRY')),
  ...inOneBatch,
  ...contents,
  ...places,
];

/** The updates of a case with an id of their own. */
export function updatesOf(batch: readonly OperationUpdate[], id: string): OperationUpdate[] {
  const place = (text: string | undefined): string | undefined => text?.replace('{id}', id);
  return batch.map((one) => ({ ...one, Id: place(one.Id), ParentId: place(one.ParentId) }));
}

import type { OperationUpdate } from '@aws/durable-execution-sdk-js';

/** Payloads of operations and the answer of a callback: "1 MB" (OperationUpdate in the Lambda API reference). */
export const PAYLOAD_LIMIT_BYTES = 1024 * 1024;
/** An update that carries an error, as a whole (validators of AWS's testing SDK; the API reference says 1 MB). */
const FAILED_UPDATE_LIMIT_BYTES = 32 * 1024;
/** What the SDK sends at most in one checkpoint; whether the service takes more is not known. */
const UPDATES_LIMIT = 250;
/** 366 days (WaitOptions and StepOptions in the Lambda API reference). */
const LONGEST_PAUSE_SECONDS = 31_622_400;
/** CallbackOptions in the Lambda API reference; 0 switches a timeout off. */
const LONGEST_CALLBACK_SECONDS = 99_999_999;
/** OperationUpdate in the Lambda API reference. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const NAME = /^[\x20-\x7E]{1,256}$/;

/** Why a batch is too big, or undefined. */
export function tooMany(updates: readonly OperationUpdate[]): string | undefined {
  return updates.length > UPDATES_LIMIT ? `more than ${UPDATES_LIMIT} updates in one checkpoint` : undefined;
}

/** Why an update breaks a limit of the service, or undefined. */
export function overLimit(update: OperationUpdate): string | undefined {
  return wrongWords(update) ?? tooBig(update) ?? outOfRange(update);
}

function wrongWords({ Id = '', ParentId, Name }: OperationUpdate): string | undefined {
  if (!ID.test(Id)) return 'an operation id has 1 to 64 of A-Z a-z 0-9 _ -';
  if (ParentId !== undefined && !ID.test(ParentId)) return 'a parent id has 1 to 64 of A-Z a-z 0-9 _ -';
  if (Name !== undefined && !NAME.test(Name)) return 'an operation name has 1 to 256 printable ASCII characters';
  return undefined;
}

function tooBig(update: OperationUpdate): string | undefined {
  const label = update.Name ?? update.Id ?? '';
  if (update.Type !== 'EXECUTION' && Buffer.byteLength(update.Payload ?? '') > PAYLOAD_LIMIT_BYTES) {
    return `payload of ${label} is over 1 MB`;
  }
  if (update.Error !== undefined && Buffer.byteLength(JSON.stringify(update)) > FAILED_UPDATE_LIMIT_BYTES) {
    return `Error object size must be less than ${FAILED_UPDATE_LIMIT_BYTES} bytes.`;
  }
  return undefined;
}

function outOfRange({ WaitOptions, StepOptions, CallbackOptions }: OperationUpdate): string | undefined {
  const ranges = [
    { name: 'WaitSeconds', value: WaitOptions?.WaitSeconds, least: 1, most: LONGEST_PAUSE_SECONDS },
    {
      name: 'NextAttemptDelaySeconds',
      value: StepOptions?.NextAttemptDelaySeconds,
      least: 1,
      most: LONGEST_PAUSE_SECONDS,
    },
    { name: 'TimeoutSeconds', value: CallbackOptions?.TimeoutSeconds, least: 0, most: LONGEST_CALLBACK_SECONDS },
    {
      name: 'HeartbeatTimeoutSeconds',
      value: CallbackOptions?.HeartbeatTimeoutSeconds,
      least: 0,
      most: LONGEST_CALLBACK_SECONDS,
    },
  ];
  const wrong = ranges.find(
    ({ value, least, most }) => value !== undefined && !(Number.isInteger(value) && value >= least && value <= most),
  );
  return wrong === undefined
    ? undefined
    : `${wrong.name} is ${wrong.value}; it is a whole number from ${wrong.least} to ${wrong.most}`;
}

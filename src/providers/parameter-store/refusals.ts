import type { RefusalWords } from '../order-refusal.ts';
import { whyForbidden } from '../pointer-refusal.ts';

/** It is not what was seen any more: nothing was written. */
export class ParameterMoved extends Error {
  override readonly name = 'ParameterMoved';
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#API_PutParameter_Errors */
export const parameterWords: RefusalWords = [
  [/^ParameterMoved/, (name) => `${name} is not what was seen any more, and nothing was written`],
  [/^ParameterNotFound/, (name) => `Systems Manager knows no parameter ${name}`],
  [
    /^ParameterMaxVersionLimitExceeded/,
    (name) => `${name} has 100 versions, and the oldest has a label: move the label, or delete that version's label`,
  ],
  [/^ParameterPatternMismatch/, (name) => `the allowed pattern of ${name} does not fit the host`],
  [
    /^HierarchyTypeMismatch|^UnsupportedParameterType|^ValidationException/,
    (name) => `Systems Manager does not take the change of ${name}`,
  ],
  [/AccessDenied|NotAuthorized/, (name) => whyForbidden('ssm:PutParameter', `parameter${name}`)],
];

import type { FaultState } from '../faults.ts';
import { isList } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';

/** The fault switches of a request; fields of another type are left out. */
export function readFaults(body: JsonObject): Partial<FaultState> {
  const { outage, ratelimit, loseAnswer, unknownBlocks } = body;
  return {
    ...(outage === false || outage === 'error' || outage === 'refuse' ? { outage } : {}),
    ...(outage === true ? { outage: 'error' } : {}),
    ...(typeof ratelimit === 'boolean' ? { ratelimit } : {}),
    ...(typeof loseAnswer === 'number' ? { loseAnswer } : {}),
    ...(isList(unknownBlocks) ? { unknownBlocks: unknownBlocks.filter((one) => typeof one === 'string') } : {}),
  };
}

import { Logger } from '@aws-lambda-powertools/logger';
import type { Json } from '../core/json.ts';
import type { Mask } from '../core/mask.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string, detail: Json) => void;

/** Structured lines of one function; `mask` sees every word before it is written. */
export function createLog(service: string, mask: Mask): Log {
  const logger = new Logger({ serviceName: `nightshift-${service}` });
  return (level, message, detail) => logger[level](mask(message), { detail: mask(detail) as object });
}

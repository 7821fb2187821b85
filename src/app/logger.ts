import { Logger } from '@aws-lambda-powertools/logger';
import type { Json } from '../core/json.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string, detail: Json) => void;

/** Structured lines of one function; `mask` sees every word before it is written. */
export function createLog(service: string, mask: (value: Json) => Json): Log {
  const logger = new Logger({ serviceName: `nightshift-${service}` });
  return (level, message, detail) => logger[level](String(mask(message)), { detail: mask(detail) as object });
}

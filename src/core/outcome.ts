import type { FaultCode } from './errors.ts';
import type { Report } from './report.ts';

/** How a run ended. A refusal is data: it says why, and who could. */
export type Outcome = { done: Report } | { refused: string; who?: string } | { failed: string; code: FaultCode };

import { runTools } from '../src/app/run-door.ts';
import { createRunHandler } from '../src/app/run.ts';

/** Durable: one execution of an operation. */
export const handler = createRunHandler(runTools);

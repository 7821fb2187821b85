import type { StepJournal } from '../../src/core/operation.ts';

/** For steps that write nothing down. */
export const noJournal: StepJournal = { read: async () => null, write: async () => {} };

import { batches } from './scenarios/batches.ts';
import { callbacks } from './scenarios/callbacks.ts';
import { combined } from './scenarios/combined.ts';
import { contexts } from './scenarios/contexts.ts';
import { invokes } from './scenarios/invokes.ts';
import { promises } from './scenarios/promises.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { steps } from './scenarios/steps.ts';
import { waits } from './scenarios/waits.ts';

/** Every operation type of the SDK, as workflows that all backends run alike. The first four of a kind differ most. */
const kinds = [steps, waits, callbacks, invokes, contexts, batches, promises, combined];

export const scenarios: readonly Scenario[] = kinds.flat();

/** Some of every kind, for what takes longer. */
export const someOfEveryKind: readonly Scenario[] = kinds.flatMap((kind) => kind.slice(0, 4));

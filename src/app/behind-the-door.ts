import { openControl, type Control } from './control.ts';
import { knownSlackSecrets } from './slack-secrets.ts';
import { createStarts, type Runs } from './start-run.ts';
import { createWake } from './wake-run.ts';

/** What only a request needs that asks the state, or starts something. */
export type Behind = { control: Control; runs: Runs };

/** On AWS: the state table, and runs as durable executions. */
export async function openBehind(): Promise<Behind> {
  const control = await openControl('slack', knownSlackSecrets);
  const { functionPrefix, region } = control.environment;
  return { control, runs: { ...createStarts(functionPrefix, region), wake: createWake(region) } };
}

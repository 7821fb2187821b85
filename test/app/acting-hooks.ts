import type { RunTools } from '../../src/app/run-tools.ts';
import type { State } from '../../src/state/index.ts';
import type { Behind } from './switchover-runs.ts';

/** Where a test wants to be while something acts, in whichever room. */
export function actingTools(
  { at }: Pick<Behind, 'at'>,
  state: State,
): Pick<RunTools, 'approvals' | 'brakes' | 'intents' | 'audit'> {
  const intents: RunTools['intents'] = {
    ...state.intents,
    begin: async (intent) => {
      const hasBegun = await state.intents.begin(intent);
      await at?.('intent');
      return hasBegun;
    },
    write: async (...entry) => {
      const isWritten = await state.intents.write(...entry);
      if (isWritten) await at?.('written');
      return isWritten;
    },
  };
  const audit: RunTools['audit'] = {
    record: async (entry) => {
      if (entry.id.endsWith(':result')) await at?.('answered');
      await state.audit.record(entry);
    },
  };
  return { approvals: state.approvals, brakes: state.brakes, intents, audit };
}

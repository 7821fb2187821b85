/** What is broken on purpose. */
export type FaultState = {
  /** Slack is down: `error` answers HTTP 500, `refuse` drops the connection. */
  outage: false | 'error' | 'refuse';
  /** Every message call is answered 429 with Retry-After 1. */
  ratelimit: boolean;
  /** So many of the next message calls are carried out, but their answer is lost. */
  loseAnswer: number;
  /** Block types that this workspace does not know yet (Slack rolls new ones out in phases). */
  unknownBlocks: readonly string[];
};

export type Faults = {
  now(): FaultState;
  set(wanted: Partial<Omit<FaultState, 'outage'>> & { outage?: boolean | 'error' | 'refuse' }): void;
  /** True when this answer is to be lost; counts it. */
  loses(): boolean;
};

export function createFaults(onChange: () => void): Faults {
  let state: FaultState = { outage: false, ratelimit: false, loseAnswer: 0, unknownBlocks: [] };
  return {
    now: () => state,
    set: ({ outage, ...rest }) => {
      state = { ...state, ...rest };
      if (outage !== undefined) state = { ...state, outage: outage === true ? 'error' : outage };
      onChange();
    },
    loses: () => {
      if (state.loseAnswer <= 0) return false;
      state = { ...state, loseAnswer: state.loseAnswer - 1 };
      return true;
    },
  };
}

import type { Asked } from './postgres-look.ts';

const STATES: Readonly<Record<string, string>> = {
  active: 'that are active',
  idle: 'that are idle',
  transaction: 'in an open transaction',
  waiting: 'that wait',
};

/** "that are active, named like "billing""; nothing where all were asked for. */
export function filterWords({ state, app }: Asked): string {
  const inState = state === null ? undefined : STATES[state];
  return [inState, app === null ? undefined : `named like "${app}"`].filter((word) => word !== undefined).join(', ');
}

import type { Runbook } from '../../../targets/runbook.ts';
import { onHold, onPrimary } from '../../redis-switchover/runbook-prechecks.ts';

const LET_GO = 'writes go on at the old primary; nothing was changed';

/** Servers that nobody watches. */
export const runbook = {
  setUp: 'Servers that nobody watches',
  prechecks: {
    Clients: 'warns always: nobody tells clients where to go',
    'Other replicas': 'warns of those that go on to follow the old primary',
    ...onHold,
    ...onPrimary,
  },
  steps: [
    { says: 'Compare the servers with this plan', failing: 'nothing was done' },
    { says: 'Hold writes on {from} (CLIENT PAUSE WRITE, which ends by itself)', failing: LET_GO },
    { says: 'Wait until {to} has every byte that {from} has, or let writes go on at {from}', failing: LET_GO },
    {
      says: 'Promote {to} (REPLICAOF NO ONE): from here on there is no way back',
      failing: 'the servers are asked; where nobody can say, a person is',
      noWayBack: true,
    },
    {
      says: 'Make {from} its replica (REPLICAOF), before it could take a write',
      failing: 'a person is asked: both may take writes',
    },
    {
      says: 'End the connections to {from}, and look whether it follows',
      failing: 'the outcome says that it does not follow yet',
    },
  ],
  clients: [
    {
      says: 'Writes to {from} wait for a moment, then are refused (READONLY) until clients know the address of {to}. Reads go on, after one lost connection.',
    },
    { says: 'Whoever keeps the address (DNS, a proxy, a setting) has to point it to {to}: Nightshift does not.' },
  ],
  undo: 'Until {to} is promoted it is undone by itself: {from} goes on. After that the way back is another switchover, to {from}.',
} as const satisfies Runbook;

import type { Runbook } from '../../../targets/runbook.ts';
import { onHold, onPrimary } from '../../redis-switchover/runbook-prechecks.ts';

const LET_GO = 'writes go on at the old primary; nothing was changed';

/** Servers that Sentinels watch. */
export const runbook = {
  setUp: 'Sentinel',
  prechecks: {
    Sentinels: 'stops without a majority of them; warns of each that is silent',
    Agreement: 'stops where they do not all name the same primary',
    Quorum: 'stops where one has no quorum (SENTINEL CKQUORUM)',
    Calm: 'stops where one doubts the primary, is in TILT, or a failover is under way',
    ...onHold,
    ...onPrimary,
  },
  steps: [
    { says: 'Compare the servers and the Sentinels with this plan', failing: 'nothing was done' },
    { says: 'Hold writes on {from} (CLIENT PAUSE WRITE, which ends by itself)', failing: LET_GO },
    { says: 'Wait until {to} has every byte that {from} has, or let writes go on at {from}', failing: LET_GO },
    {
      says: 'Order one Sentinel to promote {to} (SENTINEL FAILOVER): from here on there is no way back',
      failing:
        'writes go on at the old primary where the Sentinel promotes nobody; where nobody can say, a person is asked',
      noWayBack: true,
    },
    {
      says: 'When {to} is the primary, make {from} its replica (REPLICAOF), before it could take a write',
      failing: 'a person is asked; the Sentinels make it a replica by themselves',
    },
    {
      says: 'When most Sentinels name {to}, end the connections to {from}, and look whether it follows',
      failing: 'the outcome says that it does not follow yet, or which Sentinel sends clients elsewhere',
    },
  ],
  clients: [
    { says: 'Writes stand still for about 1 to 3 s; none of them fails for that. Reads go on.' },
    {
      says: 'Every client of {from} loses its connection once and finds {to} through the Sentinels; one that knows only the address of {from} cannot write any more (READONLY).',
    },
  ],
  undo: 'Until a Sentinel has the order it is undone by itself and {from} goes on; after that the way back is another switchover, to {from}.',
} as const satisfies Runbook;

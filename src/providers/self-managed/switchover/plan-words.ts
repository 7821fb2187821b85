import type { SwitchoverLook } from '../../../targets/switchover.ts';

/** What a switchover does and means, whatever the servers are called. */
export const planWords: Pick<SwitchoverLook, 'steps' | 'clients' | 'undo'> = {
  steps: [
    'Hold every commit on {from}: it waits, unacknowledged (synchronous_standby_names); {from} itself lets go after the deadline',
    'Wait until {to} has replayed all that was acknowledged',
    'Set {from} to read-only, end its client sessions, and wait until {to} has the rest',
    'Promote {to}; from here on nothing is rolled back',
    'Prove that {to} takes writes on a new timeline, and that {from} has committed nothing beyond it',
  ],
  clients: [
    'Commits stand still for a moment; then every client session on {from} is ended, in all of its databases, and open transactions are rolled back.',
    'Clients find {to} by themselves if they name both servers with target_session_attrs=read-write; others have to be pointed at it.',
    'No standby is left until somebody makes {from} one, on its host (docs/runbooks/switchover-postgres.md).',
    'Until then {from} answers reads, which grow old; it refuses writes, and acknowledges none.',
  ],
  undo: 'Until {to} is promoted all is taken back by itself; after that, another switchover takes the writes back, once {from} is a standby of {to}.',
};

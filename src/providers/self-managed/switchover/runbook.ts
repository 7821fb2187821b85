import type { Runbook } from '../../../targets/runbook.ts';
import { WHERE_SIBLINGS } from '../siblings/outlook.ts';

const TAKEN_BACK = 'taken back: the commits that hung are acknowledged, clients only waited';

/** Streaming servers that nobody else manages. */
export const runbook = {
  setUp: 'Streaming replication that nobody else manages',
  prechecks: {
    Rights: 'stops where the acting role lacks a right',
    Settings: 'stops where the configuration files have errors: a reload would not take effect',
    Precedence: 'stops where synchronous_standby_names comes from the command line',
    'Long transactions': 'stops where a transaction has written for more than a minute',
    'Prepared transactions': 'stops where there is one',
    'Base backup': 'stops while one is taken',
    Subscriptions: 'stops where the server subscribes to others',
    Archive: 'warns where archiving fails',
    Superusers: 'warns of their sessions, which cannot be ended from here',
    'Commits that do not wait': 'warns where synchronous_commit is weakened for somebody',
    'Other standbys': 'warns of those that will follow the old primary',
    'Synchronous standbys': 'warns where the setting that names them is replaced meanwhile',
  },
  steps: [
    {
      says: 'Hold every commit on {from}: it waits, unacknowledged (synchronous_standby_names); {from} itself lets go after the deadline',
      failing: TAKEN_BACK,
    },
    { says: 'Wait until {to} has replayed all that was acknowledged', failing: TAKEN_BACK },
    {
      says: 'Set {from} to read-only, end its client sessions, and wait until {to} has the rest',
      failing: 'taken back: clients have to connect again',
    },
    { says: 'Promote {to}; from here on nothing is rolled back', failing: 'a person is asked', noWayBack: true },
    {
      says: 'Prove that {to} takes writes on a new timeline, and that {from} has committed nothing beyond it',
      failing: 'a person is asked, with the number of what it has committed',
    },
    {
      says: 'Point other standbys at {to}, where the login that acts may; none that has more than {to}',
      where: WHERE_SIBLINGS,
      failing: 'they stay where they are: the outcome says of each why, and what to do',
    },
  ],
  clients: [
    {
      says: 'Commits stand still for a moment; then every client session on {from} is ended, in all of its databases, and open transactions are rolled back.',
    },
    {
      says: 'Clients find {to} by themselves if they name both servers with target_session_attrs=read-write; others have to be pointed at it.',
    },
    {
      says: 'No standby is left until somebody makes {from} one, on its host (docs/runbooks/switchover-postgres.md).',
    },
    { says: 'Until then {from} answers reads, which grow old; it refuses writes, and acknowledges none.' },
  ],
  undo: 'Until {to} is promoted all is taken back by itself; after that, another switchover takes the writes back, once {from} is a standby of {to}.',
} as const satisfies Runbook;

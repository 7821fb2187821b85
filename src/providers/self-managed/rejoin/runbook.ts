import type { Runbook } from '../../../targets/runbook.ts';

/** A server that was the primary, or cannot follow any more, as a standby of the one that takes the writes. */
export const runbook = {
  setUp: 'Streaming replication that nobody else manages',
  prechecks: {
    'Who takes the writes': 'stops where two servers do, or none that answers',
    'Who follows': 'stops where the server follows already',
    Hand: 'stops where nobody has a hand on its host, one is at work there, its SSM agent is not registered or silent, or a program is named and the bot does not run as a process that lives on',
    'Database system': 'stops where the server is one of another system',
  },
  steps: [
    {
      says: 'Look once more that {primary} alone takes the writes, on the same timeline, and that {member} does not follow it',
      failing: 'nothing was done',
    },
    {
      says: 'Make the slot of {member} on {primary}, where the login that acts may',
      failing: 'it goes on without: the outcome says how to make it',
    },
    {
      says: 'Stop {member}, by the command of its host (`stop`)',
      failing: 'ended here: it may be stopped, and nothing of it is changed',
    },
    {
      says: 'Keep the log of writes of {member} beside it: it is the only trace of what was lost (`keep`)',
      failing: 'ended here: it is stopped, and nothing of it is changed',
    },
    {
      says: 'Make {member} a standby of {primary}, by rewinding it or from a new copy (`follow`)',
      failing: 'ended here: it is stopped, its log of writes is kept, and it has to be made anew by hand',
      noWayBack: true,
    },
    {
      says: 'See that {member} receives from {primary} on its timeline',
      failing: 'ended after ten minutes: the server says why in its own log',
    },
  ],
  clients: [
    { says: 'Clients of {primary} notice nothing but what a copy reads. Whoever reads from {member} is cut off.' },
    { says: 'What only {member} had is in the log of writes that is kept, and on no server any more.' },
  ],
  undo: 'Nothing of {primary} is changed but the slot. What {member} was before is gone once it is made anew.',
  unnamed: { primary: 'the primary', member: 'the former primary' },
} as const satisfies Runbook;

import type { FailoverLook } from '../../../targets/failover.ts';

/** What a failover does and means, whatever the servers are called. */
export function planWords(fence: string | undefined): Pick<FailoverLook, 'steps' | 'clients' | 'undo'> {
  return {
    steps: [
      'Look once more that {from} is dead, from here and by {to}, and that {to} has received nothing since',
      'Wait until {to} has replayed all that it has received',
      ...(fence === undefined ? [] : [`Keep clients away from {from}: ${fence}`]),
      'Promote {to}, once; from here on nothing can be taken back',
      'Prove that {to} takes writes on a new timeline, and look whether {from} has come back',
    ],
    clients: [
      'If {from} comes back it takes writes as if nothing had happened, and what it takes then is on no other server: somebody has to keep it down (docs/runbooks/failover-postgres.md).',
      'Clients find {to} by themselves if they name both servers with target_session_attrs=read-write; others have to be pointed at it.',
      'Other standbys do not follow {to} by themselves, and its own slots have to be made anew.',
    ],
    undo: 'Nothing can be undone: from then on there are two histories, and what only {from} has can be read there and copied by hand.',
  };
}

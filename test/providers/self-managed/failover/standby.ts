import type { StandbyState } from '../../../../src/providers/self-managed/failover/ask-standby.ts';

/** A standby whose primary is gone, and that has replayed all that it has. */
export const standby: StandbyState = {
  systemIdentifier: '7713',
  timeline: 3,
  received: '0/5000148',
  replayed: '0/5000148',
  waits: true,
  lastCommitAt: '2026-11-28T22:56:13.000Z',
  sinceCommitSeconds: 1.2,
  receiver: null,
  receiverTimeoutSeconds: 60,
  upstreamHost: null,
  upstreamPort: null,
  paused: false,
  delaySeconds: 0,
  archives: true,
};

import type { Finding } from './finding.ts';
import { shortRun } from './run.ts';
import type { KnownWriters, WritersSeen } from './writers.ts';

/** Pure: what lets clients in though a run has closed it, and nobody has opened it since. A pooler that is started anew forgets its fence. */
export function judgeFence(target: string, { at, fence }: WritersSeen, { fenced }: KnownWriters): Finding[] {
  // A look that began before the fence was closed says nothing of it.
  if (!fenced || fence?.says !== 'open' || at <= fenced.at) return [];
  const since = `${fenced.at.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    {
      key: 'watch.fence-open',
      severity: 'critical',
      sentence: `${target} was closed to clients at ${since} by ${shortRun(fenced.runId)} and is not any more: ${fence.sentence}`,
      evidence: { closedAt: fenced.at, closedBy: fenced.runId, says: fence.sentence },
      next: `Close it again: what is started anew forgets that it was closed. If clients should come in, say so: /db unfence ${target}.`,
      actions: [
        { label: 'Close it again', operation: 'fence', target, args: [], disruptive: true },
        { label: 'Let clients in', operation: 'unfence', target, args: [], disruptive: true },
      ],
    },
  ];
}

import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { emptyReport, type Report } from '../../core/report.ts';
import type { RestoreLook, RestoreOrder, RestoreResult } from '../../targets/cloud-restore.ts';

type About = { runId: string; startedAt: string; target: TargetName };

/** What was looked at is too old after this. */
const PLAN_MINUTES = 30;

/** Pure: what people approve. */
export function restorePlan({ runId, startedAt, target }: About, look: RestoreLook): Plan {
  const { from, as, settings, steps, loss, facts } = look;
  return {
    runId,
    operation: 'restore',
    target: target.name,
    identity: { from, as, settings },
    steps,
    args: {},
    loss,
    blastRadius: ['Nobody: the new instance has a name of its own, and no client knows it.'],
    facts,
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

/** Pure: how it ended, and what is there now. */
export function restoreReport({ startedAt, target }: About, { from, as }: RestoreOrder, said: RestoreResult): Outcome {
  const about = { operation: 'restore', subject: target.name, at: startedAt };
  const report = (status: Report['status'], headline: string, text: string[]): Outcome => ({
    done: { ...emptyReport({ ...about, status, headline }), text },
  });
  const look = `Look at ${as} in the console of AWS: what is there costs money until somebody deletes it.`;
  switch (said.ended) {
    case 'not-done':
      return { refused: `nothing was restored: ${said.why}` };
    case 'restored':
      return report('healthy', `${as} was made of ${from} and is available at ${said.host}:${said.port}`, [
        'Nobody has looked into it: count what matters before anybody relies on it.',
        `${as} is protected against deletion, and costs money until somebody switches that off and deletes it.`,
        said.proof,
      ]);
    case 'failed':
      return report('critical', `${as} did not become a database`, [said.why, look]);
    case 'needs-a-human':
      return report('unknown', `nobody knows what became of ${as}`, [said.why, look]);
    default:
      return report('unknown', `${as} is not available yet`, [said.phase, look]);
  }
}

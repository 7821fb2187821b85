import { planHash, type Plan } from '../core/plan.ts';
import { emptyReport, type Report } from '../core/report.ts';
import type { OperationSummary } from '../core/operation.ts';
import { buildForm } from './form.ts';
import { renderHome } from './home.ts';
import type { Rendering } from './installation.ts';
import { renderIncident } from './render-incident.ts';
import { renderOutcome } from './render-outcome.ts';
import { renderPlan } from './render-plan.ts';
import { renderProgress } from './render-progress.ts';
import { renderReport } from './render-report.ts';
import { renderStorm } from './render-storm.ts';

const at = '2026-01-02T03:04:05.000Z';

/** One rendering of each kind that the bot sends, with invented data, so that Slack itself can say whether it takes them. */
export function sampleRenderings(): { readonly [kind: string]: Rendering } {
  return {
    report: renderReport(report, { style: 'channel' }),
    incident: renderIncident(
      { target: 'orders-db', openedAt: at, alarms: [{ name: 'orders-db-lag', state: 'ALARM', at }] },
      report,
    ),
    storm: renderStorm({
      environment: 'production',
      openedAt: at,
      changes: 12,
      inAlarm: 6,
      looking: ['orders-db', 'orders-cache', 'search-db', 'billing-db'],
      queued: ['users-db', 'users-cache'],
      done: [],
    }),
    plan: renderPlan(plan, { hash: planHash(plan), askedBy: 'U0123ABCD', approvalsNeeded: 1, approvedBy: [] }),
    progress: renderProgress({
      title: 'end',
      subject: 'orders-db',
      runId: 'end-1',
      tasks: [
        { id: 'plan', title: 'Plan', state: 'complete' },
        { id: 'end', title: 'End the session', state: 'in_progress', details: 'pid 2211' },
      ],
    }),
    outcome: renderOutcome(
      { operation: 'end', subject: 'orders-db', runId: 'end-1' },
      { refused: 'the session is gone', who: 'nobody' },
      { style: 'channel' },
    ),
    home: { view: renderHome(report) },
    modal: {
      view: buildForm(
        { operation: asked, values: {}, subjects: ['orders-db', 'orders-cache'] },
        { channel: 'C0123ABCD', responseUrl: 'https://hooks.slack.com/commands/T/1/x' },
      ),
    },
  };
}

const asked: OperationSummary = {
  id: 'end',
  title: 'End one session',
  why: 'It blocks others.',
  engines: ['postgres'],
  risk: 'interrupts',
  scope: 'target',
  fields: [{ name: 'pid', label: 'Process id', hint: '2211', required: true }],
  examples: [],
};

const plan: Plan = {
  runId: 'end-1',
  operation: 'end',
  target: 'orders-db',
  identity: { pid: 2211 },
  steps: ['End it with pg_terminate_backend.'],
  args: { pid: 2211 },
  loss: 'Its open transaction is rolled back.',
  blastRadius: ['The client sees a closed connection.'],
  facts: [{ label: 'Blocked sessions', value: '41' }],
  expiresAt: at,
};

const report: Report = {
  ...emptyReport({ operation: 'health', subject: 'orders-db', status: 'critical', headline: '1 critical', at }),
  findings: [
    {
      key: 'postgres.locks:root',
      severity: 'critical',
      sentence: '41 sessions wait for one lock, limit 5.',
      evidence: { pid: 2211 },
      next: 'End the session of pid 2211.',
      actions: [{ label: 'End session…', operation: 'end', target: 'orders-db', args: ['2211'], disruptive: true }],
      change: 'NEW',
      since: at,
    },
  ],
  changed: {
    since: at,
    lines: [
      {
        target: 'orders-db',
        kind: 'setting',
        sentence: '`work_mem` 4 MB → 1 GB',
        sure: 'likely',
        explains: 'postgres.locks:root',
        at,
      },
      {
        target: 'orders-cache',
        kind: 'keys',
        sentence: 'orders-cache-1 lost 98 % of its keys, 120,000 → 2,400',
        sure: 'possible',
        explains: 'postgres.locks:root',
        between: { from: at, to: at },
      },
    ],
    others: [{ target: 'orders-db', sentence: '`log_lock_waits` off → on' }],
    notes: ['orders-cache was not compared by redis.client-leaks: no answer then or now.'],
  },
  coverage: { asked: 2, answered: 1, gaps: [{ check: 'postgres.locks', kind: 'skipped', reason: 'no right' }] },
  facts: [{ label: 'Version', value: '18.1' }],
  tables: [{ title: 'Sessions', columns: [{ key: 'pid', label: 'pid' }], rows: [{ pid: 2211 }] }],
};

import { approversIn } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Report } from '../core/report.ts';
import { planHash, type Plan } from '../core/plan.ts';
import { shortRun, type RunRequest } from '../core/run.ts';
import type { ApprovalRule, BrokenGlass } from '../core/safety.ts';
import { incidentOf, whoTriggered, type Trigger } from '../core/trigger.ts';
import { tenMinutesOf } from '../operations/log/around.ts';
import type { Rendered } from '../slack/blocks.ts';
import { incidentView, said, saidIn } from './incident-view.ts';
import type { Pictures } from '../slack/render-chart.ts';
import { renderBrokenGlass } from '../slack/render-glass.ts';
import { renderIncident } from '../slack/render-incident.ts';
import { afterEvents } from '../slack/render-event.ts';
import { renderOutcome } from '../slack/render-outcome.ts';
import { renderPlan } from '../slack/render-plan.ts';
import { renderReport } from '../slack/render-report.ts';
import { renderProgress, renderStarted } from '../slack/render-progress.ts';
import type { State } from '../state/index.ts';
import type { WatchedStep } from './step-list.ts';
import { DeliveryDelayed } from './delivery-delayed.ts';
import { deliver, type DeliverTools, type Delivery } from './deliver.ts';
import { targetsOf } from './knowledge.ts';

export type MessageTools = DeliverTools & { config: Config; state: State };

/** The channel of the environment in which a subject is. */
export function channelOf(config: Config, subject: string): string {
  const environment = targetsOf(config, subject)[0]?.environment;
  const found = config.environments.find(({ name }) => name === environment) ?? config.environments[0];
  return found?.channel ?? '';
}

/** The first form of a run's message; an incident's message shows the alarm at once. */
export async function announce(tools: MessageTools, request: RunRequest): Promise<null> {
  const { operation, subject, runId } = request;
  const started = renderStarted({ operation, subject, runId: shortRun(runId), by: whoTriggered(request.trigger) });
  await deliver(tools, { ...slotOf(tools, request), render: () => headOr(tools, request, started) });
  return null;
}

export async function showProgress(
  tools: MessageTools,
  request: RunRequest,
  steps: readonly WatchedStep[],
): Promise<null> {
  const { runId, subject, operation } = request;
  const tasks = steps.map(({ step, ...told }) => ({ id: step, title: step, ...told }));
  const view = { title: operation, subject, runId: shortRun(runId), tasks };
  await deliver(tools, { ...slotOf(tools, request), render: async () => renderProgress(view) });
  return null;
}

/** Shows a plan to those who decide on it; what does not fit into its message goes into its thread. */
export async function showPlan(
  tools: MessageTools,
  request: RunRequest,
  plan: Plan,
  rule: ApprovalRule,
): Promise<null> {
  const head = slotOf(tools, request);
  const form = () => planForm(tools, request, plan, rule);
  const posted = await deliver(tools, { ...head, render: form });
  const { thread } = await form();
  for (const [n, reply] of thread.entries()) {
    const slot = `${head.slot}:plan:${n}`;
    const render = async () => ({ ...reply, thread: [] });
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await deliver(tools, { ...head, slot, threadTs: posted.ts, render });
  }
  return null;
}

/** A plan as it stands now: who approved, what was decided. */
async function planForm(tools: MessageTools, request: RunRequest, plan: Plan, rule: ApprovalRule): Promise<Rendered> {
  const known = await tools.state.approvals.plan(request.runId);
  return renderPlan(plan, {
    hash: planHash(plan),
    askedBy: whoTriggered(request.trigger),
    approvalsNeeded: rule.by === 'people' ? rule.count : 0,
    approvedBy: Object.keys(known?.approvals ?? {}),
    ...(known && known.status !== 'pending' ? { decision: known.status } : {}),
  });
}

/**
 * Shows who has approved meanwhile, in the message of a run whose plan still waits. Once it is decided, the run itself writes
 * there at the same moment, and what it says must not end up below the plan.
 */
export async function refreshPlan(tools: MessageTools, runId: string): Promise<void> {
  const [known, run] = await Promise.all([tools.state.approvals.plan(runId), tools.state.runs.get(runId)]);
  if (!known || !run || known.status !== 'pending') return;
  const { operation, subject, trigger } = run;
  const request = { runId, operation, subject, trigger, args: {} };
  const render = () => planForm(tools, request, known.plan, known.rule);
  await deliver(tools, { ...slotOf(tools, request), render });
}

/** Calls all approvers of a plan that one of them granted alone. */
export async function tellBrokenGlass(
  tools: MessageTools,
  request: RunRequest,
  plan: Plan,
  glass: BrokenGlass,
): Promise<null> {
  const environment = targetsOf(tools.config, plan.target)[0]?.environment ?? '';
  const called = approversIn(tools.config, environment);
  const render = async () => renderBrokenGlass(plan, glass, called);
  await deliver(tools, { ...slotOf(tools, request), slot: `${request.runId}:glass`, render });
  return null;
}

/** The last form of a run's message, and its thread. */
export async function deliverOutcome(
  tools: MessageTools,
  request: RunRequest,
  outcome: Outcome,
  pictures: Pictures,
): Promise<null> {
  const delivery = slotOf(tools, request);
  const form = () => finalForm(tools, request, outcome, pictures);
  let last: Rendered | undefined;
  const posted = await deliver(tools, {
    ...delivery,
    render: async () => (last = await form()),
  });
  const { thread } = last ?? (await form());
  for (const [n, reply] of thread.entries()) {
    const slot = `${delivery.slot}:${request.runId}:${n}`;
    const render = async () => ({ ...reply, thread: [] });
    await deliver(tools, { ...delivery, slot, threadTs: posted.ts, render });
  }
  return null;
}

/**
 * What the log says around an alarm, as one reply in the thread of its incident. Alarms of the same ten minutes write into the
 * same reply, whoever is the last one with the most to tell.
 */
export async function tellLog(tools: MessageTools, request: RunRequest, at: string, report: Report): Promise<null> {
  const head = slotOf(tools, request);
  const posted = await tools.messages.posted(head.slot);
  if (!posted) throw new DeliveryDelayed('the message of the incident is not there yet', 1);
  const render = async () => renderReport(report, { style: 'ephemeral' });
  await deliver(tools, { ...head, slot: `${head.slot}:log:${tenMinutesOf(at)}`, threadTs: posted.ts, render });
  return null;
}

async function finalForm(
  tools: MessageTools,
  request: RunRequest,
  outcome: Outcome,
  pictures: Pictures,
): Promise<Rendered> {
  const options = { style: 'channel', pictures } as const;
  const { operation, subject, runId, trigger } = request;
  const about = { operation, subject, runId: shortRun(runId) };
  const id = incidentOf(trigger);
  const incident = id === undefined ? undefined : await incidentView(tools.state, subject, id);
  if (!incident) return afterWhatWasSaid(tools, subject, trigger, renderOutcome(about, outcome, options));
  // Runs of one incident overlap: whoever writes shows the newest report, not necessarily its own.
  const newest = await tools.state.history.latestReport(subject);
  if ('done' in outcome) {
    const shown = newest ?? outcome.done;
    return renderIncident(incident, shown, shown.at === outcome.done.at ? pictures : []);
  }
  return renderOutcome(about, outcome, { style: 'incident', incident });
}

/** Of a target without an incident: the event that the run is about, and those that came while it looked. */
async function afterWhatWasSaid(
  { state }: MessageTools,
  subject: string,
  trigger: Trigger,
  report: Rendered,
): Promise<Rendered> {
  if (trigger.kind !== 'event') return report;
  const events = saidIn(await state.notes.since(subject, trigger.at));
  return afterEvents(report, events.length > 0 ? events : [said(trigger)]);
}

async function headOr(tools: MessageTools, request: RunRequest, started: Rendered): Promise<Rendered> {
  const id = incidentOf(request.trigger);
  if (id === undefined) return started;
  const incident = await incidentView(tools.state, request.subject, id);
  if (!incident) return started;
  const newest = await tools.state.history.latestReport(request.subject);
  // A look from before the incident says nothing about it.
  return renderIncident(incident, newest && newest.at >= incident.openedAt ? newest : undefined);
}

/** An alarm's run writes into the message of its incident, every other run into its own. */
function slotOf(tools: MessageTools, request: RunRequest): Omit<Delivery, 'render'> {
  const slot = incidentOf(request.trigger) ?? request.runId;
  return { slot, by: request.runId, channel: channelOf(tools.config, request.subject) };
}

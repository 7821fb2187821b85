import { approvalRule } from '../config/authorise.ts';
import type { BackupPlace } from '../core/backup-policy.ts';
import type { Seen } from '../core/check.ts';
import type { SnapshotsLook } from '../core/cloud-snapshot.ts';
import { Fault } from '../core/errors.ts';
import { createReadableBucket } from '../state/backup-store/bucket-readable.ts';
import { openPlace, storesOf } from './stores-of.ts';
import { lookAtBackups } from './look-at-backups.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Report } from '../core/report.ts';
import type { RunRequest } from '../core/run.ts';
import { usualFailoverLimits } from '../core/safety.ts';
import { askForBackup } from './ask-backup.ts';
import { named, whyNotRun } from './asking.ts';
import { bucketLister } from './bucket-lister.ts';
import { accessFor } from './cloud-actor.ts';
import { openControl, type Control } from './control.ts';
import { drawCharts } from './draw-charts.ts';
import { findRunOperation } from './find-operation.ts';
import { sharedHosts, targetsOf } from './knowledge.ts';
import { openInControl } from '../providers/control.ts';
import { lastFindings, quietOf } from './quiet.ts';
import { lastAlarm } from './last-alarm.ts';
import { announce, deliverOutcome, showPlan, showProgress, tellBrokenGlass, tellLog } from './run-messages.ts';
import type { CloudActor, RunTools } from './run-tools.ts';
import { openPeople } from './open-people.ts';
import { openPoster } from './open-poster.ts';
import { hasNews } from './has-news.ts';
import { keptNames } from './hiding.ts';
import { knownSlackSecrets } from './slack-secrets.ts';
import { statementMemory } from './statement-memory.ts';
import { createStarts, type StartRuns } from './start-run.ts';
import type { State } from '../state/index.ts';
import { lookIsOver } from './take-turns.ts';
import { tellStorm, type StormTools } from './tell-storm.ts';
import { wordsOf } from './words.ts';

/** What the durable handler works with, opened once for each process. */
export async function runTools(): Promise<RunTools> {
  const control = await openControl('run', knownSlackSecrets);
  const { functionPrefix, region } = control.environment;
  return runToolsOf(control, {
    roomFunction: (target, room) => roomFunction(control, target, functionPrefix, room),
    runFunction: `${functionPrefix}run:durable`,
    runs: createStarts(functionPrefix, region),
  });
}

/** What differs where there is no Lambda: the function that is a room for a target, and that of runs. */
export type RunPlace = {
  roomFunction: RunTools['roomFunction'];
  runFunction: string;
  runs: Pick<StartRuns, 'startNamed'>;
};

export async function runToolsOf(control: Control, place: RunPlace): Promise<RunTools> {
  const { config, state, log, mask, now } = control;
  const people = openPeople(control);
  const messages = { ...control, poster: await openPoster(), messages: state.messages };
  return {
    now,
    mask,
    keptNames: (name) => keptNames(config.targets.find((target) => target.name === name)),
    named: (sentence) => named(config, sentence),
    operation: findRunOperation,
    targetsOf: (subject) => targetsOf(config, subject),
    whyNot: (request, operation) => whyNotRun(config, people.inARun, request, operation),
    approvalRule: (operation, name, graver) => approvalRule(config, operation, name, graver),
    failoverLimits: async (name) =>
      config.environments.find((one) => one.name === name)?.failover ?? usualFailoverLimits,
    limits: config.limits,
    roomFunction: place.roomFunction,
    openCloud: (target, actor) => cloudOf(control, target, actor),
    runFunction: () => place.runFunction,
    hysteresis: config.hysteresis,
    history: { ...state.history, lastFindings: (target) => lastFindings(state, target) },
    quiet: (target, at) => quietOf(control, target, at),
    mutes: state.mutes,
    acts: state.acts,
    brakes: state.brakes,
    intents: state.intents,
    metrics: state.metrics,
    logPositions: state.logPositions,
    writers: state.writers,
    pointers: state.pointers,
    statements: statementMemory(state.statements),
    approvals: state.approvals,
    copies: state.copies,
    locks: state.locks,
    sharedHosts: (target) => sharedHosts(config, target),
    audit: state.audit,
    askForBackup: (target, ask) => askForBackup(config.targets, place.runs, target, ask),
    backups: (target, at) => backupsOf(control, target, at),
    callbacks: state.callbacks,
    record: {
      started: (request, at) => started(control, request, at),
      ended: (request, outcome, at) => ended(control, request, outcome, at),
    },
    announce: (request) => announce(messages, request),
    showProgress: (request, steps) => showProgress(messages, request, steps),
    postPlan: (request, plan, rule) => showPlan(messages, request, plan, rule),
    tellBrokenGlass: (request, plan, glass) => tellBrokenGlass(messages, request, plan, glass),
    draw: (request, outcome) => drawCharts({ ...messages, timeZone: config.timezone }, request, outcome),
    lookIsOver: (request) => lookIsOver({ ...state, runs: place.runs, now, log }, request),
    lastAlarm: (request) => lastAlarm(state, request),
    tellLog: (request, at, report) => tellLog(messages, request, at, report),
    deliver: async (request, outcome, pictures) => {
      await deliverOutcome(messages, request, outcome, pictures);
      await tellStormOf(messages, request);
      return null;
    },
    log,
  };
}

/** A report that an alarm or an event asked for may be one of many. */
async function tellStormOf(tools: StormTools, { trigger, subject, runId }: RunRequest): Promise<void> {
  if (trigger.kind !== 'alarm' && trigger.kind !== 'event') return;
  const environment = targetsOf(tools.config, subject)[0]?.environment;
  if (environment !== undefined) await tellStorm(tools, environment, runId);
}

/** The default set of rooms has no suffix; another set serves another VPC: `nightshift-prod-read-frankfurt`. */
function roomFunction({ config }: Control, target: string, prefix: string, room: string): string {
  const set = config.targets.find(({ name }) => name === target)?.rooms ?? 'default';
  return set === 'default' ? `${prefix}${room}` : `${prefix}${room}-${set}`;
}

/** Looked at with the rights of `run` itself: an installation looks at the clouds of its own account. Changed as the failover role. */
function cloudOf(
  { config, environment, now }: Control,
  name: string,
  actor: CloudActor | undefined,
): ReturnType<RunTools['openCloud']> {
  const spec = config.targets.find((target) => target.name === name);
  if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
  const { region, failoverRole, operatorRole, expiryRole, drillRole } = environment;
  const listBucket = bucketLister(spec.region ?? region);
  const access = { region, now, failoverRole, operatorRole, expiryRole, drillRole, listBucket };
  return openInControl(spec, { ...access, ...accessFor(actor) });
}

/** Its stores are opened where a target is looked at whose policy asks for them. */
function backupsOf(control: Control, name: string, at: string): ReturnType<RunTools['backups']> {
  const spec = control.config.targets.find((target) => target.name === name);
  if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
  const { writers } = control.state;
  const stores = () => storesOf(control, createReadableBucket);
  const repository = (place: BackupPlace) => openPlace(control, 'repository', place, createReadableBucket);
  const snapshots = () => snapshotsOf(control, name);
  return lookAtBackups(spec, { stores, repository, lastWriter: (target) => writers.last(target), snapshots }, at);
}

async function snapshotsOf(control: Control, name: string): Promise<Seen<SnapshotsLook>> {
  const cloud = await cloudOf(control, name, undefined);
  try {
    const said = 'snapshots' in cloud ? await cloud.snapshots?.look() : undefined;
    return said ?? { skipped: `no region is known for ${name}`, fix: `Set targets.${name}.region in nightshift.yaml.` };
  } finally {
    cloud.close();
  }
}

/** A schedule that only remembers something would fill every list of runs; it is listed when it has something to tell. */
function isUnheard({ operation, trigger }: RunRequest): boolean {
  return trigger.kind === 'schedule' && findRunOperation(operation)?.silent === true;
}

async function started({ state }: Control, request: RunRequest, at: string): Promise<{ startedAt: string }> {
  const { runId, operation, subject, trigger } = request;
  const begun = { runId, operation, subject, trigger, startedAt: at };
  await (isUnheard(request) ? state.runs.startedUnlisted(begun) : state.runs.started(begun));
  return { startedAt: (await state.runs.get(runId))?.startedAt ?? at };
}

/** A thousand reports, one after the other, would take most of the time that one step has. */
const REPORTS_AT_ONCE = 10;

async function keepReports({ history }: State, reports: readonly Report[]): Promise<void> {
  for (let n = 0; n < reports.length; n += REPORTS_AT_ONCE) {
    const some = reports.slice(n, n + REPORTS_AT_ONCE);
    await Promise.all(some.map((report) => history.keepReport(report.subject, report)));
  }
}

async function ended({ state }: Control, request: RunRequest, outcome: Outcome, at: string): Promise<void> {
  if ('done' in outcome && request.operation === 'health') {
    await keepReports(state, [...outcome.done.parts, outcome.done]);
  }
  const status = 'done' in outcome ? 'done' : 'refused' in outcome ? 'refused' : 'failed';
  const health = 'done' in outcome ? { health: outcome.done.status } : {};
  // Whoever waits in a terminal reads the report from the record of the run.
  const report = 'done' in outcome && request.trigger.kind === 'terminal' ? { report: outcome.done } : {};
  await state.runs.update(request.runId, { status, endedAt: at, headline: wordsOf(outcome), ...health, ...report });
  if (isUnheard(request) && hasNews(outcome, findRunOperation(request.operation))) await state.runs.list(request.runId);
}

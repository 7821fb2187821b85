import { createHash } from 'node:crypto';
import { shortRun } from '../core/run.ts';

/** Where an item lives. */
export type Key = { pk: string; sk: string };

const longestPart = 512;

/** Every key pattern of the table. What follows the first `#` comes from outside and may hold anything. */
export const keys = {
  claim: (key: string): Key => ({ pk: `claim#${bounded(key)}`, sk: 'claim' }),
  lock: (name: string): Key => ({ pk: `lock#${bounded(name)}`, sk: 'lock' }),
  approval: (runId: string): Key => ({ pk: `approval#${bounded(runId)}`, sk: 'approval' }),
  auditOfRun: (runId: string): string => `audit-run#${bounded(runId)}`,
  auditEntry: (runId: string, id: string): Key => ({ pk: keys.auditOfRun(runId), sk: bounded(id) }),
  auditOfDay: (date: string): string => `audit-day#${date}`,
  auditByDay: (at: string, id: string): Key => ({ pk: keys.auditOfDay(at.slice(0, 10)), sk: `${at}#${bounded(id)}` }),
  callback: (runId: string): Key => ({ pk: `callback#${bounded(runId)}`, sk: 'callback' }),
  // Under the short id that messages name, so that a person can ask for it.
  runsByShort: (id: string): string => `run#${bounded(shortRun(id))}`,
  run: (runId: string): Key => ({ pk: keys.runsByShort(runId), sk: bounded(runId) }),
  runsOf: (subject: string): string => `runs#${bounded(subject)}`,
  runOf: (subject: string, startedAt: string, runId: string): Key => ({
    pk: keys.runsOf(subject),
    sk: `${startedAt}#${bounded(runId)}`,
  }),
  outbox: 'outbox',
  outboxEntry: (at: string, runId: string): Key => ({ pk: keys.outbox, sk: `${at}#${bounded(runId)}` }),
  userGroup: (group: string): Key => ({ pk: `user-group#${bounded(group)}`, sk: 'members' }),
  message: (slot: string): Key => ({ pk: `message#${bounded(slot)}`, sk: 'message' }),
  incident: (target: string): Key => ({ pk: `incident#${bounded(target)}`, sk: 'incident' }),
  // One partition, so that a storm is one query.
  turns: 'turns',
  turn: (about: string): Key => ({ pk: keys.turns, sk: bounded(about) }),
  queue: 'queue',
  queued: (since: string, about: string): Key => ({ pk: keys.queue, sk: `${since}#${bounded(about)}` }),
  places: { pk: 'places', sk: 'places' },
  storm: (environment: string): Key => ({ pk: `storm#${bounded(environment)}`, sk: 'storm' }),
  notes: (target: string): Key => ({ pk: `notes#${bounded(target)}`, sk: 'notes' }),
  historyOf: (target: string): string => `history#${bounded(target)}`,
  look: (target: string, at: string): Key => ({ pk: keys.historyOf(target), sk: `look#${at}` }),
  baseline: (target: string): Key => ({ pk: keys.historyOf(target), sk: 'baseline' }),
  good: (target: string): Key => ({ pk: keys.historyOf(target), sk: 'good' }),
  report: (target: string): Key => ({ pk: keys.historyOf(target), sk: 'report' }),
  metricsOf: (target: string): string => `metrics#${bounded(target)}`,
  metricsAt: (target: string, at: string): Key => ({ pk: keys.metricsOf(target), sk: `at#${at}` }),
  metricsOfDay: (target: string, day: string): Key => ({ pk: keys.metricsOf(target), sk: `day#${day}` }),
  statementsOf: (target: string): string => `statements#${bounded(target)}`,
  statementLook: (target: string, member: string): Key => ({ pk: keys.statementsOf(target), sk: `look#${member}` }),
  statementWindow: (target: string, member: string, to: string): Key => ({
    pk: keys.statementsOf(target),
    sk: `window#${member}#${to}`,
  }),
  statementTexts: (target: string): Key => ({ pk: keys.statementsOf(target), sk: 'texts' }),
  // One partition, so that the fleet's mutes are one query; a target's name holds no `#`.
  mutes: 'mutes',
  mutesOf: (target: string): { from: string; to: string } => ({
    from: `${bounded(target)}#`,
    to: `${bounded(target)}#\u{10FFFF}`,
  }),
  mute: (target: string, what: string): Key => ({ pk: keys.mutes, sk: `${bounded(target)}#${bounded(what)}` }),
  logPositionsOf: (target: string): string => `log#${bounded(target)}`,
  logPosition: (target: string, member: string): Key => ({ pk: keys.logPositionsOf(target), sk: bounded(member) }),
  writers: (target: string): Key => ({ pk: `writers#${bounded(target)}`, sk: 'writers' }),
  // One partition, so that whoever acts reads all of them at once.
  brakes: 'brakes',
  freeze: (subject: string): Key => ({ pk: keys.brakes, sk: `freeze#${bounded(subject)}` }),
  coolDown: (target: string): Key => ({ pk: keys.brakes, sk: `cool-down#${bounded(target)}` }),
  // One partition, so that those whose room died are found.
  intents: 'intents',
  intent: ({ runId, operation, step }: { runId: string; operation: string; step: string }): Key => ({
    pk: keys.intents,
    sk: `${bounded(runId)}#${operation}.${step}`,
  }),
  copiesOf: (runId: string): string => `copy#${bounded(runId)}`,
  copy: (runId: string, target: string): Key => ({ pk: keys.copiesOf(runId), sk: bounded(target) }),
  copyStop: (runId: string): Key => ({ pk: `copy-stop#${bounded(runId)}`, sk: 'stop' }),
  acts: (target: string): Key => ({ pk: `acts#${bounded(target)}`, sk: 'acts' }),
} as const;

/** DynamoDB takes 2048 bytes in a partition key and 1024 in a sort key; a longer part is shortened to its hash. */
function bounded(part: string): string {
  if (Buffer.byteLength(part) <= longestPart) return part;
  return `sha256:${createHash('sha256').update(part).digest('hex')}`;
}

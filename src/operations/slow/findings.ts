import type { Finding, NextAction, Severity } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import type { TargetName } from '../../core/operation.ts';
import { shorten } from '../../core/sql.ts';
import type { Moved, StatementComparison } from '../../core/statement.ts';
import { adviceText, loggedEvidence, reasonEvidence, reasonText, type Reasoned } from './reasons.ts';
import { movedSentence } from './wording.ts';

/** A session kept busy by what was not there before: on most servers that is a processor. */
const WARNING_LOAD = 0.5;
/** Less work than that is no trouble, whatever part it is of little. */
const LEAST_WARNING_LOAD = 0.05;
const WARNING_SHARE = 0.3;
/** Of a statement, as much as tells it from others. */
const REASON_CHARACTERS = 60;

/** The finding of a statement that costs more than usual, with the ways to ask why. */
export function findingOf(
  target: TargetName,
  moved: Moved,
  comparison: StatementComparison,
  reasoned: Reasoned | undefined,
): Finding {
  const { line, extraLoad, kind, ratio } = moved;
  const reason = reasonText(moved, reasoned, comparison.from);
  const advice = reasoned ? adviceText(moved, reasoned) : '';
  const key = keyOf(target, line.shape);
  return {
    key,
    severity: severityOf(moved),
    sentence: [movedSentence(moved, comparison), reason].filter((part) => part !== '').join(' '),
    measure: { value: Number(extraLoad.toPrecision(3)), unit: 'sessions kept busy', limit: WARNING_LOAD, step: 0.1 },
    evidence: {
      ...evidenceOf(moved, kind, ratio),
      ...(reasoned ? reasonEvidence(reasoned) : {}),
      ...loggedEvidence(moved, comparison.from),
    },
    next: advice || nextOf(target, moved),
    actions: actionsOf(target, moved, key),
  };
}

/** As `mute` takes it: what the check of the same question is called, and the shape. */
export function keyOf({ engine }: Pick<TargetName, 'engine'>, shape: string): string {
  return engine === 'postgres' ? `postgres.statements:${shape}` : `redis.slow-log:${shape.replace(/^.*:/, '')}`;
}

function severityOf({ extraLoad, line }: Moved): Severity {
  const isLarge = extraLoad >= WARNING_LOAD || (extraLoad >= LEAST_WARNING_LOAD && line.share >= WARNING_SHARE);
  return isLarge ? 'warning' : 'info';
}

function evidenceOf({ line, signs, extraLoad }: Moved, kind: string, ratio: number): { [name: string]: Json } {
  const { calls, totalMs, share, databases, roles, applications, tags, usual } = line;
  const numbers = {
    calls,
    totalMs: Math.round(totalMs),
    share: short(share),
    extraLoad: short(extraLoad),
    ratio: short(ratio),
    kind,
  };
  const who = { databases: [...databases], roles: [...roles], applications: [...applications], tags: { ...tags } };
  const usually = usual
    ? {
        spans: usual.spans,
        callsPerSecond: short(usual.callsPerSecond),
        meanMs: short(usual.meanMs),
        share: short(usual.share),
      }
    : null;
  return { ...numbers, ...who, usual: usually, signs: signs.map((sign) => ({ ...sign })) };
}

/** Three digits: what stands behind them is no measurement. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}

function nextOf({ engine }: TargetName, { kind, line, signs, running }: Moved): string {
  if (kind === 'oftener') {
    return `Ask who calls it${callersText(line.applications)}: a loop, a retry or a cache that is gone.`;
  }
  if (engine === 'redis') return 'See which keys it works on (keys), and who calls it (sessions).';
  if (running && running.lockWaits * 2 > running.sessions) {
    return 'See who holds the lock (sessions): to cancel those that wait frees nobody.';
  }
  if (kind === 'running') return 'See who runs it (sessions); cancel the oldest one first, if it has to end.';
  if (kind === 'new') return `Ask who released it${callersText(line.applications)}, and look at its plan.`;
  return signs[0]?.what === 'waits'
    ? 'Look at the lock tree (sessions) and at the machine (health).'
    : 'Look at its plan.';
}

function callersText(applications: readonly string[]): string {
  return applications.length === 0 ? '' : ` (seen: ${applications.join(', ')})`;
}

function actionsOf({ name, engine }: TargetName, { kind, signs, line }: Moved, key: string): NextAction[] {
  const about = { target: name, disruptive: false };
  const reason = `seen in the digest${line.text === '' ? '' : `: ${shorten(line.text, REASON_CHARACTERS)}`}`;
  const mute = { ...about, label: 'Mute 7 d', operation: 'mute', args: [key, '7d', reason] };
  if (engine === 'redis') return [{ ...about, label: 'Keys', operation: 'keys', args: [] }, mute];
  const waits = kind === 'running' || signs[0]?.what === 'waits';
  const explain = { ...about, label: 'Explain', operation: 'explain', args: [line.shape] };
  if (waits) return [{ ...about, label: 'Sessions', operation: 'sessions', args: [] }, explain, mute];
  return [explain, { ...about, label: 'Index advice', operation: 'advice', args: [line.shape] }, mute];
}

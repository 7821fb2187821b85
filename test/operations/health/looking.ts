import type { Finding } from '../../../src/core/finding.ts';
import type { Remembered } from '../../../src/core/past.ts';
import type { Mute, OpenWindow, OwnAct } from '../../../src/core/quiet.ts';
import { evaluate, type Evaluated, type Evaluation } from '../../../src/operations/health/evaluate.ts';

const start = Date.parse('2026-11-24T02:00:00.000Z');
export const iso = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

export function finding(key: string, more: Partial<Finding> = {}): Finding {
  return { key, severity: 'warning', sentence: `${key} is off.`, evidence: { pid: 1 }, next: 'Look.', ...more };
}
export const critical = (key: string) => finding(key, { severity: 'critical' });

/** A look that differs from an ordinary scheduled one. */
export type Look = Partial<Evaluation> & { mutes?: Mute[]; windows?: OpenWindow[]; acts?: OwnAct[] };

/** Looks one after the other, each compared with the one before as the run does it. */
export function looking(): (minutes: number, findings: readonly Finding[], more?: Look) => Evaluated {
  let baseline: Remembered | undefined;
  return (minutes, findings, { mutes = [], windows = [], acts = [], ...more } = {}) => {
    const at = iso(minutes);
    const evaluated = evaluate({
      findings,
      answered: ['lag', 'locks'],
      baseline,
      quiet: { mutes, windows, acts },
      at,
      audience: 'schedule',
      metBefore: new Set(),
      hysteresis: () => ({ fireAfter: 2, clearAfter: 3 }),
      cannotWait: () => false,
      stillNear: () => new Set(),
      ...more,
    });
    const kept = evaluated.held.filter(({ held }) => held.by !== 'clearing');
    const isNotification = (more.audience ?? 'schedule') !== 'person';
    if (isNotification)
      baseline = { at, samples: {}, findings: [...evaluated.told, ...kept], watched: evaluated.watched };
    return evaluated;
  };
}

export const changesOf = ({ told }: Evaluated) => told.map(({ key, change }) => `${change} ${key}`);
export const heldOf = ({ held }: Evaluated) => held.map(({ key, held: { by } }) => `${by} ${key}`);

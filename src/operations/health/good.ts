import type { Good, Remembered } from '../../core/operation.ts';
import type { Trigger } from '../../core/trigger.ts';
import { checksOf } from './look.ts';
import { audienceOf, type Pass } from './pass.ts';

/** What has stood for so long is how this database is, not what happened to it. */
const STANDING_SECONDS = 7 * 86_400;

/**
 * Pure: true where nothing above `info` was found or is clearing, but for what is muted and for warnings that have stood for a
 * week. Only notifications count: a person looks in the middle of a storm, when one moment looks well, and an alarm rang.
 */
export function isGood({ look, judged, evaluated, at }: Pass, trigger: Trigger): boolean {
  if (audienceOf(trigger) !== 'schedule' || look.unseen !== undefined || judged.coverage.answered === 0) return false;
  const accepted = evaluated.held.filter(({ held }) => held.by !== 'mute');
  return [...evaluated.told, ...accepted].every(({ severity, since }) => {
    const standsSeconds = (Date.parse(at) - Date.parse(since)) / 1000;
    return severity === 'info' || (severity === 'warning' && standsSeconds >= STANDING_SECONDS);
  });
}

/** Pure: what is kept of a good look: the samples of the checks that tell what changed. */
export function goodOf({ target, judged, rates, at }: Pass): Good {
  const comparing = checksOf(target.engine).flatMap(({ id, changes }) => (changes ? [id] : []));
  const kept = (samples: Remembered['samples']): Remembered['samples'] =>
    Object.fromEntries(comparing.flatMap((id) => (samples[id] ? [[id, samples[id]]] : [])));
  return {
    at,
    samples: kept(judged.samples),
    ...(rates ? { rates: { at: rates.at, samples: kept(rates.samples) } } : {}),
  };
}

import type { Good, Remembered } from '../../core/past.ts';
import type { Trigger } from '../../core/trigger.ts';
import { checksOf } from './look.ts';
import { audienceOf, type Pass } from './pass.ts';

/** What has stood for so long is how this database is, not what happened to it. */
const STANDING_SECONDS = 7 * 86_400;

/**
 * Pure: true where nothing above `info` was found or is clearing, but for what is muted and for warnings that have stood for a
 * week. A person looks in the middle of a storm, when one moment looks well: her look is only better than none. Where an alarm
 * rang something is wrong, whatever was found.
 */
export function isGood({ look, past, judged, evaluated, at }: Pass, trigger: Trigger): boolean {
  const audience = audienceOf(trigger);
  if (audience === 'alarm' || (audience === 'person' && past.good)) return false;
  if (look.unseen !== undefined || judged.coverage.answered === 0) return false;
  const notMuted = evaluated.held.filter(({ held }) => held.by !== 'mute');
  return [...evaluated.told, ...notMuted].every(({ severity, since }) => {
    const standsSeconds = (Date.parse(at) - Date.parse(since)) / 1000;
    return severity === 'info' || (severity === 'warning' && standsSeconds >= STANDING_SECONDS);
  });
}

/** Pure: what is kept of a good look: the samples of the checks that tell what changed. */
export function goodOf({ target, judged, rates, at }: Pass): Good {
  const comparing = checksOf(target.engine).filter(({ changes }) => changes);
  const kept = (samples: Remembered['samples'], checks: typeof comparing): Remembered['samples'] =>
    Object.fromEntries(checks.flatMap(({ id }) => (samples[id] ? [[id, samples[id]]] : [])));
  const before =
    rates &&
    kept(
      rates.samples,
      comparing.filter(({ comparesRates }) => comparesRates),
    );
  return {
    at,
    samples: kept(judged.samples, comparing),
    ...(rates && before && Object.keys(before).length > 0 ? { rates: { at: rates.at, samples: before } } : {}),
  };
}

import { sizeOfRatio, type Changed } from '../../core/changed.ts';
import type { Compared } from '../../core/check.ts';
import { percentText } from '../wording.ts';
import { earlierOf, growthOf, type Counted } from './since.ts';

type View<M> = Compared<{ read: { members: readonly M[] } }>;

/** How much a counter grew over all members, and in how many seconds; undefined where no member can be compared. */
export type Grown<K extends string> = { readonly [counter in K]: number } & { seconds: number };

/** Pure: what counters did since the look before, or else since the good look; of a good look without an earlier one nothing. */
export function grownIn<M extends Counted, K extends keyof M & string>(
  view: View<M>,
  counters: readonly K[],
  good?: View<M>,
): Grown<K> | undefined {
  const since = good && { samples: good.samples, secondsAgo: (Date.parse(view.at) - Date.parse(good.at)) / 1000 };
  for (const before of [view.before, since]) {
    const pairs = view.samples.read.members.flatMap((now) => {
      const earlier = before && earlierOf(now, before);
      const grown = counters.map((name) => earlier && growthOf(numberIn(now[name]), numberIn(earlier.past[name])));
      return earlier && grown.every((one) => one !== undefined) ? [{ grown, seconds: earlier.secondsAgo }] : [];
    });
    const [first] = pairs;
    if (first) {
      const sums = counters.map((name, at) => [name, pairs.reduce((sum, { grown }) => sum + (grown[at] ?? 0), 0)]);
      return { ...(Object.fromEntries(sums) as { [counter in K]: number }), seconds: first.seconds };
    }
  }
  return undefined;
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Pure: a rate that is many times what it was: "commands: 200 → 9,000 a second". */
export function rateChange(
  about: Pick<Changed, 'id' | 'kind'> & { noun: string },
  then: number,
  now: number,
  { leastRatio, leastPerSecond }: { leastRatio: number; leastPerSecond: number },
): Changed[] {
  if (now < leastPerSecond || now < leastRatio * then) return [];
  const { noun, ...rest } = about;
  const sentence = `${noun}: ${rateText(then)} → ${rateText(now)} a second`;
  const size = Math.max(0.3, sizeOfRatio(now / Math.max(then, leastPerSecond / leastRatio)));
  return [{ ...rest, sentence, size, rate: true }];
}

/** Pure: "hit rate 98 % → 12 %". */
export function hitRateChange(then: number, now: number, leastDrop: number): Changed[] {
  if (then - now < leastDrop) return [];
  const sentence = `hit rate ${percentText(then)} → ${percentText(now)}`;
  return [{ id: 'hit-rate', kind: 'keys', sentence, size: Math.min(1, 0.3 + then - now), rate: true }];
}

/** Pure: how many clients there are, where that is many times as many. */
export function clientChange(id: string, noun: string, was: number, is: number, least: number): Changed[] {
  const [few, many] = [Math.min(was, is), Math.max(was, is)];
  if (many - few < least || many < 2 * Math.max(1, few)) return [];
  const size = is > was ? Math.max(0.3, sizeOfRatio(many / Math.max(1, few))) : 0.2;
  return [{ id, kind: 'traffic', sentence: `${noun}: ${was} → ${is}`, size }];
}

function rateText(perSecond: number): string {
  return perSecond >= 10 ? Math.round(perSecond).toLocaleString('en-US') : String(Number(perSecond.toFixed(1)));
}

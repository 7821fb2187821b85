import type { Seen } from '../core/check.ts';

/** The samples of two questions as one, asked side by side; the first that was not answered is the gap of all. */
export async function both<A, B>(first: Promise<Seen<A>>, second: Promise<Seen<B>>): Promise<Seen<readonly [A, B]>> {
  const [a, b] = await Promise.all([first, second]);
  if (!('sample' in a)) return a;
  if (!('sample' in b)) return b;
  return { sample: [a.sample, b.sample] };
}

/** A sample made of another one; a gap stays a gap. */
export function through<A, B>(seen: Seen<A>, make: (sample: A) => Seen<B>): Seen<B> {
  return 'sample' in seen ? make(seen.sample) : seen;
}

import { distance } from 'fastest-levenshtein';

/** The known word that a mistyped one was probably meant to be: at most a third of its letters away, two at least. */
export function didYouMean(typed: string, known: Iterable<string>): string | undefined {
  const word = typed.toLowerCase();
  let best: { word: string; away: number } | undefined;
  for (const candidate of known) {
    const away = distance(word, candidate.toLowerCase());
    if (!best || away < best.away) best = { word: candidate, away };
  }
  return best && best.away <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}

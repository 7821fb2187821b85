import { asFault } from '../../core/errors.ts';
import type { Drilled } from '../../core/drill.ts';

const FULL = /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/i;

/** Pure: whether something failed because the disk is full on which the drill works: that says nothing of the backup. */
export function isForWantOfRoom(thrown: unknown): boolean {
  return FULL.test(asFault(thrown).message);
}

/** Pure: the same of a drill whose server complained of it. */
export function hadNoRoom({ problems, looks }: Pick<Drilled, 'problems' | 'looks'>): boolean {
  return [...problems, ...looks.flatMap((look) => look.problems)].some((problem) => FULL.test(problem));
}

/** The refusal of both. */
export const BECAME_FULL =
  'the disk became full while the drill worked, so it proves nothing. Set TMPDIR to a folder with more room, and drill again.';

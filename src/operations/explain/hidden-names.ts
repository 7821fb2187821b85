import type { TargetName } from '../../core/operation.ts';
import { shortId } from './statement-id.ts';
import type { Why } from './why-types.ts';

/** Pure: as it is where names may be shown; else without SQL, which nobody could run with pseudonyms, and a note that says where it is. */
export function asShown({ hidesNames }: Pick<TargetName, 'hidesNames'>, why: Why): Why {
  if (hidesNames !== true) return why;
  const advice = why.advice.map((one) => ({ ...one, sql: [] }));
  const gone = why.advice.some(({ sql }) => sql.length > 0);
  const note = `Names are hidden here (hideNames), so there is no SQL to copy: \`npx nightshift advice <URL of the database> ${shortId(why.id)}\` shows it in a terminal.`;
  return { ...why, advice, notes: gone ? [...why.notes, note] : why.notes };
}

import { asFault } from '../../core/errors.ts';
import type { NextAction } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { memberAt, type PointerLook } from '../../targets/pointer.ts';

/** What clients look up before the writes move; null where nothing is named. */
export type PointerNote = { name: string; look: PointerLook | { refused: string } } | null;

/** What AWS does not say keeps nobody from moving the writes. */
export async function notePointer(
  { pointerName: name }: TargetName,
  ask: () => Promise<PointerLook | { refused: string }>,
): Promise<PointerNote> {
  if (name === undefined) return null;
  return { name, look: await ask().catch((thrown: unknown) => ({ refused: asFault(thrown).message })) };
}

/** Pure: the plan, with where clients go on to when the writes are at `to`, before all else that they notice. */
export function withClients(plan: Plan, note: PointerNote, to: string): Plan {
  const words = clientWords(plan.target, note, to);
  return words === undefined ? plan : { ...plan, blastRadius: [words, ...plan.blastRadius] };
}

/** Pure: the outcome, with what makes clients follow to `to` as the next thing to do. */
export function withRepoint(outcome: Outcome, note: PointerNote, to: string): Outcome {
  if (!('done' in outcome)) return outcome;
  const { done: report } = outcome;
  const words = clientWords(report.subject, note, to);
  if (words === undefined) return outcome;
  const text = [`To do: ${words}`, ...report.text];
  const next = [repointAction(report.subject), ...report.next];
  return { done: { ...report, status: report.status === 'healthy' ? 'warning' : report.status, text, next } };
}

/** The button that points clients to the server that takes the writes. */
export function repointAction(target: string): NextAction {
  return { label: 'Point clients there', operation: 'repoint', target, args: [], disruptive: true };
}

/** Pure: where clients go on to; undefined where they follow by themselves, or the server keeps its name. */
function clientWords(target: string, note: PointerNote, to: string): string | undefined {
  if (note === null) return undefined;
  const { name, look } = note;
  const until = `/db repoint ${target}`;
  if ('refused' in look)
    return `Where clients that look up ${name} go is not known at the moment: ${until} points them to the server that takes the writes. ${look.refused}`;
  if (!look.hosts.some(({ member }) => member === to)) return undefined;
  const member = memberAt(look, look.said);
  if (member === to) return undefined;
  if (member === null)
    return `${name} says ${look.said.host}, which is no server of ${target}: whether clients follow is not known from here; ${until} points them there.`;
  return `Clients that look up ${name} still go to ${member} until ${until}.`;
}

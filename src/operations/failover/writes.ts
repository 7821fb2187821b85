import type { WriterSample } from '../../core/writers.ts';
import type { FailoverLook } from '../../targets/failover.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { heardWords, writeFacts } from '../switchover/write-facts.ts';

type Asked = { to: string | null; last: WriterSample | null; at: string };

/** The look with what is known of the last writes: by what `watch` remembers, and by the canary that the successor has. */
export async function withWrites(
  target: AnyTarget,
  look: FailoverLook,
  { to, last, at }: Asked,
): Promise<FailoverLook> {
  const chosen = to ?? look.candidates.find(({ unfit }) => unfit === null)?.member;
  if (chosen === undefined) return look;
  const heard = (await target.canary?.heard(chosen)) ?? null;
  const known = { last, heard, from: look.primary, to: chosen, at };
  return {
    ...look,
    loss: { ...look.loss, sentence: `${look.loss.sentence}${target.canary ? heardWords(known) : ''}` },
    facts: [...look.facts, ...writeFacts(known)],
  };
}

import { Fault } from '../../core/errors.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Rejoin, RejoinLook } from '../../targets/rejoin.ts';

/** Asks who takes the writes and who follows, and changes nothing. */
export async function lookAt(target: AnyTarget): Promise<RejoinLook | { refused: string }> {
  if (target.engine === 'postgres' && target.rejoin) return target.rejoin.look();
  return { refused: `${target.name} is set up in a way in which the bot cannot make a server follow another one` };
}

/** What can make servers of a target follow. Throws `unsupported` where nothing can. */
export function rejoinOf(target: AnyTarget): Rejoin {
  if (target.engine === 'postgres' && target.rejoin) return target.rejoin;
  throw new Fault('unsupported', `no server of ${target.name} can be made to follow another one`);
}

import { asFault } from '../../core/errors.ts';
import type { RedisMember } from '../../targets/redis.ts';

/** A member on a connection of its own. */
export type OpenedMember = { member: RedisMember; close(): Promise<void> };

/** A member that is connected to again after its connection ended: promoted or demoted, a server ends all of them. */
export type LastingMember = { member: RedisMember; close(): Promise<void> };

/**
 * Nothing is asked twice: the question that failed has failed, the next one goes over a new connection. That is for looking in a loop,
 * and for what may be ordered again.
 */
export function lastingMember(first: RedisMember, open: () => Promise<OpenedMember>): LastingMember {
  let current: RedisMember | undefined = first;
  const opened: OpenedMember[] = [];
  const connected = async (): Promise<RedisMember> => {
    if (current) return current;
    const again = await open();
    opened.push(again);
    return (current = again.member);
  };
  const over = async <R>(ask: (member: RedisMember) => Promise<R>): Promise<R> => {
    const member = await connected();
    try {
      return await ask(member);
    } catch (thrown) {
      if (asFault(thrown).code === 'target_unreachable' && current === member) current = undefined;
      throw thrown;
    }
  };
  const { name, role } = first;
  return {
    member: {
      name,
      role,
      call: (command, ...args) => over((member) => member.call(command, ...args)),
      info: (section) => over((member) => member.info(section)),
    },
    close: async () => void (await Promise.all(opened.map((one) => one.close()))),
  };
}

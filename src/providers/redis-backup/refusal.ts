import { Damage } from '../../backups/damage.ts';

/** A no that is expected. Its message is a sentence with the reason and what to do instead. */
export class Refused extends Error {}

/** What went wrong, as data where it is a no of the server or of the check; anything else is thrown on as it came. */
export function refusalOf(thrown: unknown): { refused: string } {
  if (thrown instanceof Refused) return { refused: thrown.message };
  if (!(thrown instanceof Damage)) throw thrown;
  return {
    refused: `What the server sent is not what it wrote: ${thrown.message}. Nothing was called a backup. Take it again; if that says the same, look at the memory and the disks of both machines.`,
  };
}

/** Pure: what a server means that refuses to be copied, as a sentence with what to do. */
export function serverNo(member: string, user: string, said: string): Refused {
  const text = said.replace(/^-/, '');
  if (/^(?:NOPERM|NOAUTH)/.test(text)) {
    return new Refused(
      `${member}: the user ${user} may not be sent the data (${text}). On every data server: ACL SETUSER ${user} +psync +replconf +ping +info, then ACL SAVE.`,
    );
  }
  if (/Unrecognized REPLCONF option/i.test(text)) {
    return new Refused(
      `${member} cannot give a snapshot without keeping every write for us meanwhile, which takes its memory: Redis 6.2 and later can. Upgrade it, or copy its own RDB.`,
    );
  }
  if (/NOMASTERLINK|while not connected/i.test(text)) {
    return new Refused(`${member} lost the link to its primary just now. Take the backup again when it is up.`);
  }
  if (/BGSAVE failed/i.test(text)) {
    return new Refused(
      `${member} could not fork or write its snapshot. Look into its log: memory for the fork is missing (vm.overcommit_memory = 1), or room on its disk.`,
    );
  }
  return new Refused(`${member} gives no snapshot: ${text}`);
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { recordServer } from './room.ts';

/** Two hosts with a network of their own, both reachable from here and from each other, over cables that can be pulled. */
export type Network = {
  /** Addresses as they are reached from here. */
  addresses: { primary: string; standby: string };
  /** The address of the first, as the second reaches it. */
  between: string;
  /** Starts a program on a host, under another account where one is given. */
  start(on: HostName, words: readonly string[], account?: { uid: number; gid: number }): ChildProcess;
  /** Nothing goes through any more, and nobody is told. */
  pull(cable: Cable): void;
  plug(cable: Cable): void;
  remove(): void;
};

export type HostName = 'primary' | 'standby';
/** `bot` is from here to the primary, `replication` from the standby to the primary. */
export type Cable = 'bot' | 'replication';

/** Why there can be none on this machine; undefined where there can. */
export function whyNoNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `nightshift-${process.pid}-try`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'ip netns does not work here';
  spawnSync('ip', ['netns', 'del', name]);
  return undefined;
}

/**
 * Made of network namespaces and virtual cables, all named after this process.
 * https://man7.org/linux/man-pages/man4/veth.4.html, https://man7.org/linux/man-pages/man8/ip-netns.8.html
 */
export function makeNetwork(): Network {
  const { pid } = process;
  const space = { primary: `nightshift-${pid}-1`, standby: `nightshift-${pid}-2` };
  const net = `10.213.${pid % 256}`;
  const near = { bot: `nb${pid}`, standby: `nc${pid}`, replication: `nd${pid}` };
  for (const name of Object.values(space)) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  cable(undefined, near.bot, `${net}.1`, space.primary, 'bot', `${net}.2`);
  cable(undefined, near.standby, `${net}.5`, space.standby, 'far', `${net}.6`);
  cable(space.standby, near.replication, `${net}.10`, space.primary, 'replication', `${net}.9`);
  return {
    addresses: { primary: `${net}.2`, standby: `${net}.6` },
    between: `${net}.9`,
    start: (on, words, account) => {
      const as = account ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
      const child = spawn('ip', ['netns', 'exec', space[on], ...as, ...words], {
        cwd: '/',
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      recordServer(child.pid ?? 0, `${words[0]} on the host of the ${on}`);
      return child;
    },
    pull: (name) => ip('-n', space.primary, 'link', 'set', name, 'down'),
    plug: (name) => ip('-n', space.primary, 'link', 'set', name, 'up'),
    // Cables go with the spaces that they end in.
    remove: () => Object.values(space).forEach((name) => ip('netns', 'del', name)),
  };
}

function ip(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}

/** Without a space the first end stays here. */
function cable(
  from: string | undefined,
  fromName: string,
  fromAddress: string,
  to: string,
  toName: string,
  toAddress: string,
): void {
  const here = from === undefined ? [] : ['-n', from];
  ip(...here, 'link', 'add', fromName, 'type', 'veth', 'peer', 'name', toName, 'netns', to);
  ip(...here, 'addr', 'add', `${fromAddress}/30`, 'dev', fromName);
  ip(...here, 'link', 'set', fromName, 'up');
  ip('-n', to, 'addr', 'add', `${toAddress}/30`, 'dev', toName);
  ip('-n', to, 'link', 'set', toName, 'up');
}

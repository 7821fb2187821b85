import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Halts a process and its children where they stand (SIGSTOP): they keep memory, files and connections, and do nothing. */
export function freezeProcess(pid: number): void {
  // The parent first: what does not run starts no further child.
  for (const each of [pid, ...childrenOf(pid)]) send(each, 'SIGSTOP');
}

/** Lets them go on (SIGCONT); those that run are left as they are. */
export function thawProcess(pid: number): void {
  for (const each of [...childrenOf(pid), pid]) send(each, 'SIGCONT');
}

/** The processes that a process has started and that still are its own. PostgreSQL gives each a group of its own. */
export function childrenOf(pid: number): number[] {
  const pairs = process.platform === 'linux' ? pairsFromProc() : pairsFromPs();
  return pairs.filter(({ parent }) => parent === pid).map(({ child }) => child);
}

type Pair = { child: number; parent: number };

/** Source: proc(5), /proc/pid/stat, field 4. The name in field 2 may hold anything. */
function pairsFromProc(): Pair[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ child: Number(name), parent: Number(fields[1]) }];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

function pairsFromPs(): Pair[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([child = 0, parent = 0]) => ({ child, parent }));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

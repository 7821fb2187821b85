import type { WritersSeen } from '../../core/writers.ts';

/** What the read room says to the watch of a target that does not exist, and that goes on writing; undefined for other verbs. */
export function simulatedWatch(target: string, operation: string): WritersSeen | undefined {
  if (operation !== 'watch') return undefined;
  const at = new Date().toISOString();
  const isPostgres = target.startsWith('db');
  const sample = {
    member: `${target}-1`,
    at,
    position: isPostgres ? `1C/${Date.now().toString(16).slice(-8).toUpperCase()}` : String(Date.now()),
    history: isPostgres ? '7301923457812345678' : '8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb',
    formerHistory: null,
    timeline: isPostgres ? 3 : null,
  };
  return { at, writers: [sample], unreached: [], leads: [], fence: null };
}

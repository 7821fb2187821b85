const FIRST_SLOTS = 1 << 15;
/** 32 MB: two million names. SCAN repeats names only near the place where a table shrank, so older ones may be forgotten. */
const MOST_SLOTS = 1 << 22;

/** Names that were counted, as 64 bits each: one false match is to be expected in far more keys than a server holds. */
export type SeenNames = {
  /** True the first time. */
  add(name: string): boolean;
};

export function createSeenNames(): SeenNames {
  let table = new Uint32Array(2 * FIRST_SLOTS);
  let count = 0;

  function place(first: number, second: number): boolean {
    const mask = table.length / 2 - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const [a, b] = [table[2 * slot], table[2 * slot + 1]];
      if (a === first && b === second) return false;
      if (a !== 0 || b !== 0) continue;
      table[2 * slot] = first;
      table[2 * slot + 1] = second;
      count += 1;
      return true;
    }
  }

  function makeRoom(): void {
    const old = table;
    count = 0;
    table = new Uint32Array(Math.min(old.length * 4, 2 * MOST_SLOTS));
    if (old.length === table.length) return;
    for (let at = 0; at < old.length; at += 2) {
      const [first = 0, second = 0] = [old[at], old[at + 1]];
      if (first !== 0 || second !== 0) place(first, second);
    }
  }

  return {
    add(name) {
      if (count * 2 > table.length / 2) makeRoom();
      const { first, second } = hashesOf(name);
      return place(first, second);
    },
  };
}

/** Two independent FNV-1a sums with a final mix; neither is ever zero together with the other. */
function hashesOf(name: string): { first: number; second: number } {
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b) ^ (second >>> 13);
  }
  return { first: mixed(first), second: (mixed(second) | 1) >>> 0 };
}

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (once ^ (once >>> 15)) >>> 0;
}

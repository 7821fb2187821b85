import { PAGE_BYTES } from '../checksums/page.ts';
import { Damage } from '../damage.ts';
import type { IncrementalHeader } from './incremental-header.ts';

/** A file as one backup of the chain has it. */
export type Version = { file: string } & ({ whole: { sizeBytes: number } } | { increment: IncrementalHeader });

/** So many blocks, one after the other, from the version with this number at this position; or zeros. */
export type Run = { blocks: number } & ({ version: number; position: number } | { version: 'zeros' });

/**
 * Pure: of which parts a file is put together. Versions from the newest, an increment, back to the whole file. A block comes from
 * the newest increment that has it, else from the whole file; but from none that is older than a backup in which the file was
 * too short for it: that is a block which was cut off and came back empty, with nothing in the WAL.
 */
export function planFile(versions: readonly Version[]): Run[] {
  const [newest] = versions;
  const oldest = versions.at(-1);
  if (!newest || !('increment' in newest)) throw new TypeError('the newest version of a planned file is an increment');
  if (!oldest || !('whole' in oldest)) throw new Damage(newest.file, 'no backup of the chain has the whole of it');
  const { blocks, truncationBlocks } = newest.increment;
  const length = blocks.reduce((longest, block) => Math.max(longest, block + 1), truncationBlocks);
  const sources = new Int32Array(length).fill(-1);
  const positions = new Float64Array(length);
  let reach = length;
  versions.forEach((version, number) => {
    const take = (block: number, position: number) => {
      if (block >= reach || sources[block] !== -1) return;
      sources[block] = number;
      positions[block] = position;
    };
    if ('increment' in version) {
      const { blocks: own, headerBytes } = version.increment;
      own.forEach((block, i) => take(block, headerBytes + i * PAGE_BYTES));
      reach = Math.min(reach, version.increment.truncationBlocks);
    } else {
      const whole = Math.min(reach, Math.floor(version.whole.sizeBytes / PAGE_BYTES));
      for (let block = 0; block < whole; block++) take(block, block * PAGE_BYTES);
    }
  });
  return runsOf(sources, positions);
}

function runsOf(sources: Int32Array, positions: Float64Array): Run[] {
  const runs: Run[] = [];
  sources.forEach((source, block) => {
    const last = runs.at(-1);
    const position = positions[block] ?? 0;
    if (last && continues(last, source, position)) last.blocks += 1;
    else runs.push(source < 0 ? { blocks: 1, version: 'zeros' } : { blocks: 1, version: source, position });
  });
  return runs;
}

function continues(last: Run, source: number, position: number): boolean {
  if (last.version === 'zeros') return source < 0;
  return last.version === source && last.position + last.blocks * PAGE_BYTES === position;
}

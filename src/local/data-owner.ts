import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../core/errors.ts';

/**
 * Makes this process the only owner of a data directory, until `release` or its death. The lock is SQLite's exclusive file lock,
 * which the kernel drops with the process, so that nothing is left to clean up after SIGKILL and no pid can be mistaken for
 * another's. https://www.sqlite.org/lockingv3.html
 */
export function ownDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const file = new DatabaseSync(join(directory, 'owner.lock'), { timeout: 0 });
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS owner (pid); COMMIT');
  } catch (error) {
    file.close();
    throw new Fault('conflict', `Another process uses ${directory}; stop it first.`, { cause: error });
  }
  return { release: () => file.close() };
}

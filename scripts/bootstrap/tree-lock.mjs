import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const waitMs = 250;

/**
 * Does one thing at a time in one tree. The lock is a directory that is renamed into place with its owner's pid inside, so
 * it is never seen without an owner; a lock whose owners are dead is taken over. `action` may name further owners: npm goes on
 * by itself when the process that started it is killed.
 */
export async function withTreeLock(root, say, action) {
  const folder = join(root, '.nightshift');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'bootstrap.lock');
  for (let waited = false; !take(folder, lock); waited = true) {
    const owners = ownersOf(lock);
    if (owners !== undefined && !owners.some(isAlive)) moveAside(folder, lock, owners);
    else {
      if (!waited) say('another process installs packages here already, waiting for it');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  try {
    return await action((pid) => appendFileSync(join(lock, 'pids'), ` ${pid}`));
  } finally {
    giveBack(folder, lock);
  }
}

function take(folder, lock) {
  const mine = mkdtempSync(join(folder, 'bootstrap-'));
  writeFileSync(join(mine, 'pids'), String(process.pid));
  try {
    renameSync(mine, lock);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    return false;
  }
}

/** Out of the way first: emptied in its place it is one that the next may take, and then it is not empty any more. */
function giveBack(folder, lock) {
  const mine = join(folder, `bootstrap.done.${process.pid}`);
  try {
    renameSync(lock, mine);
  } catch {
    return;
  }
  rmSync(mine, { recursive: true, force: true });
}

function ownersOf(lock) {
  try {
    return readFileSync(join(lock, 'pids'), 'utf8').split(' ').map(Number);
  } catch {
    return undefined;
  }
}

/** Only the lock of the dead owners goes: one that somebody else took meanwhile is put back. */
function moveAside(folder, lock, owners) {
  const aside = join(folder, `bootstrap.stale.${process.pid}`);
  try {
    renameSync(lock, aside);
    if (String(ownersOf(aside)) !== String(owners)) renameSync(aside, lock);
  } catch {
    // Somebody else was faster.
  }
  rmSync(aside, { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    return fault.code === 'EPERM';
  }
  try {
    // An ended process that nobody has waited for is still listed, in state Z: proc(5), /proc/pid/stat.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return true;
  }
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const pyyaml = 'pyyaml==6.0.4';
const leastPython = [3, 11] as const;

/** The version that is judged with: `1.5.33`. */
export const emulatorVersion = /^ministack==(\S+)/m.exec(readFileSync(requirements, 'utf8'))?.[1] ?? '';

/**
 * The Python of a virtual environment below `cacheFolder` that holds the emulator, made when it is missing.
 * Throws an Error that says what to install when this machine's Python cannot do that.
 */
export function installEmulator(cacheFolder: string): string {
  const folder = join(cacheFolder, `ministack-${emulatorVersion}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  const problem = whyNotThisPython(
    spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info)']),
  );
  if (problem !== undefined) throw new Error(problem);
  mkdirSync(cacheFolder, { recursive: true });
  // Under another name until it is whole, so that a run that was ended half way leaves nothing that looks finished.
  const unfinished = `${folder}.${process.pid}`;
  try {
    command('python3', ['-m', 'venv', unfinished]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'];
    const inside = join(unfinished, 'bin', 'python');
    command(inside, [...pip, '--require-hashes', '--requirement', requirements]);
    command(inside, [...pip, pyyaml]);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return python;
}

/** Pure: why the emulator cannot be installed with what `python3` answered, or undefined. */
export function whyNotThisPython(answer: { error?: Error; status: number | null; stdout: Buffer }): string | undefined {
  const wanted = `npm run test:cloud runs an AWS emulator that is written in Python: install Python ${leastPython.join('.')} or newer`;
  if (answer.error !== undefined) return `${wanted}; there is no python3 on this machine.`;
  if (answer.status !== 0) {
    return `${wanted}, with its modules venv and ensurepip (on Debian and Ubuntu: apt-get install python3-venv).`;
  }
  const [major = 0, minor = 0] = answer.stdout.toString().split(' ').map(Number);
  const isOld = major < leastPython[0] || (major === leastPython[0] && minor < leastPython[1]);
  return isOld ? `${wanted}; python3 is ${major}.${minor} here.` : undefined;
}

function command(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: 180_000,
    cwd: dirname(requirements),
  });
  if (status === 0) return;
  throw new Error(`The emulator could not be installed: ${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** May this process install packages by apt? */
export function isDebianAsRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs Debian packages; the package lists are refreshed only when needed. Returns why it failed, or undefined. */
export function aptInstall(packages) {
  if (!packages.every(hasCandidate)) update();
  const first = install(packages);
  if (first.status === 0) return undefined;
  // Whoever was killed while it installed has left packages half way.
  if (/dpkg --configure -a/.test(first.stderr))
    spawnSync('dpkg', ['--configure', '-a'], { ...quietly, stdio: 'ignore' });
  update(); // Old lists name files that the mirror has replaced: once more with new ones.
  const again = install(packages);
  return again.status === 0 ? undefined : lastLine(again);
}

const quietly = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } };
const lockPatienceMs = 120_000;

/** For the lists apt itself does not wait, as it does for packages by DPkg::Lock::Timeout: apt-get(8). */
function update() {
  const untilMs = Date.now() + lockPatienceMs;
  while (/Could not get lock/.test(apt('update', '-qq').stderr) && Date.now() < untilMs) {
    spawnSync('sleep', ['1']);
  }
}

function install(packages) {
  return apt('install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages);
}

function apt(...words) {
  return spawnSync('apt-get', words, { ...quietly, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function hasCandidate(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return /Candidate: (?!\(none\))/.test(stdout ?? '');
}

function lastLine({ stderr, error }) {
  return (
    error?.message ??
    (stderr
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('E:')) ||
      'no reason given')
  );
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, isDebianAsRoot } from './apt.mjs';

const usualFolders = ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'];
const emojiFont = '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf';

const needsByName = {
  redis: {
    isMet: () => isGiven('REDIS_SERVER_BIN') || isOnPath('redis-server', 'valkey-server'),
    packages: () => ['redis-server'],
    advice:
      'Redis is missing. Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis; or set REDIS_SERVER_BIN',
  },
  browser: {
    isMet: () => hasBrowser() && (existsSync(emojiFont) || !isDebianAsRoot()),
    packages: () => [
      ...(hasBrowser() ? [] : ['chromium-headless-shell']),
      ...(existsSync(emojiFont) ? [] : ['fonts-noto-color-emoji']),
    ],
    advice:
      'the browser tests need Chromium. Debian: sudo apt-get install chromium-headless-shell fonts-noto-color-emoji; macOS: brew install --cask chromium; or set CHROMIUM_PATH',
  },
};

/** Tests say what they skip without it; so it is brought where that is easy, and asked for nowhere. */
const wishesByName = {
  patroni: {
    isMet: () => !bringsDebian12() || (isOnPath('patroni') && existsSync('/usr/lib/python3/dist-packages/pysyncobj')),
    packages: () => ['patroni', 'python3-pysyncobj'],
  },
  'backup-tools': {
    isMet: () => !bringsDebian12() || (isOnPath('pgbackrest') && isOnPath('barman')),
    packages: () => ['pgbackrest', 'barman'],
  },
  pgbouncer: {
    isMet: () => !bringsDebian12() || existsSync('/usr/sbin/pgbouncer'),
    packages: () => ['pgbouncer'],
  },
};

/** The release whose Patroni, PgBouncer and backup tools the tests know, with the PostgreSQL that they are to manage. */
function bringsDebian12() {
  return (
    isDebianAsRoot() &&
    readFileSync('/etc/debian_version', 'utf8').startsWith('12.') &&
    existsSync('/usr/lib/postgresql/15/bin/postgres')
  );
}

/** Sees to the system programs that a program needs: installed by apt on Debian as root, else one line says what to install. */
export function meetNeeds(names, say) {
  const known = { ...needsByName, ...wishesByName };
  const unknown = names.filter((name) => known[name] === undefined);
  if (unknown.length > 0) {
    say(`unknown need ${unknown.join(', ')}; known: ${Object.keys(known).join(', ')}`);
    return false;
  }
  const missing = names.map((name) => known[name]).filter((need) => !need.isMet());
  if (missing.length === 0) return true;
  if (isDebianAsRoot())
    installByApt(
      missing.flatMap((need) => need.packages()),
      say,
    );
  const stillMissing = missing.filter((need) => need.advice !== undefined && !need.isMet());
  for (const need of stillMissing) say(need.advice);
  return stillMissing.length === 0;
}

function installByApt(packages, say) {
  say(`installing ${packages.join(', ')} (apt-get), about a quarter of a minute`);
  const failure = aptInstall(packages);
  if (failure !== undefined) say(`apt-get failed: ${failure}`);
  for (const service of ['redis-server', 'pgbouncer']) if (packages.includes(service)) stopFreshService(service, say);
}

/** Debian starts a service right after installing it; only the program is wanted, and nothing ran here before. */
function stopFreshService(name, say) {
  const stop = existsSync('/run/systemd/system')
    ? ['systemctl', ['disable', '--now', '--quiet', name]]
    : ['service', [name, 'stop']];
  const isRunning = spawnSync('service', [name, 'status'], { stdio: 'ignore' }).status === 0;
  if (isRunning && spawnSync(stop[0], stop[1], { stdio: 'ignore' }).status !== 0) say(`the service ${name} still runs`);
}

function hasBrowser() {
  return (
    isGiven('CHROMIUM_PATH') ||
    isOnPath('chromium-headless-shell', 'chromium', 'google-chrome', 'google-chrome-stable') ||
    existsSync('/Applications/Chromium.app/Contents/MacOS/Chromium') ||
    existsSync('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
  );
}

function isGiven(variable) {
  const path = process.env[variable];
  return path !== undefined && existsSync(path);
}

function isOnPath(...programs) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders];
  return folders.some((folder) => programs.some((program) => existsSync(join(folder, program))));
}

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24Of } from './run-program.mjs';
import { withTreeLock } from './tree-lock.mjs';

/** Installs what the lockfile asks for when node_modules holds something else. False when that failed; it has said why. */
export async function ensurePackages(root, say) {
  if (packagesAreInstalled(root)) return true;
  return await withTreeLock(root, say, (share) => packagesAreInstalled(root) || installPackages(root, say, share));
}

/** npm writes what it really installed to node_modules/.package-lock.json, as its last act. */
function packagesAreInstalled(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(node24Of(root)) || !existsSync(record)) return false;
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(record);
  return (
    Object.keys(present).every((path) => wanted[path] !== undefined) &&
    Object.keys(wanted).every((path) => path === '' || isSatisfied(wanted[path], present[path]))
  );
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

function isSatisfied(wanted, present) {
  if (present === undefined) return wanted.optional === true;
  return present.version === wanted.version && (!wanted.integrity || present.integrity === wanted.integrity);
}

async function installPackages(root, say, share) {
  const startedAtMs = Date.now();
  say('installing packages (npm ci), about half a minute');
  const { failure, output } = await npmCi(root, share);
  if (failure !== undefined) {
    const log = join(root, '.nightshift', 'npm-ci.txt');
    writeFileSync(log, output);
    say(`npm ci failed (${failure}); is the npm registry reachable? What npm said: ${log}`);
    return false;
  }
  if (!existsSync(node24Of(root))) {
    say(
      'npm ci did not bring Node 24: install scripts are off here. Run this once: npm_config_ignore_scripts=false npm ci',
    );
    return false;
  }
  say(`packages ready in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return true;
}

function npmCi(root, share) {
  const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error'];
  const npm = process.env.npm_execpath; // The very npm that runs us, so that no second version writes here.
  const [command, words] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) share(child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, pass);
    const finish = (failure) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeListener(signal, pass);
      resolve({ failure, output });
    };
    child.on('error', (fault) => finish(fault.message));
    child.on('close', (code, signal) =>
      finish(code === 0 ? undefined : (reasonIn(output) ?? `exit ${code ?? signal}`)),
    );
  });
}

/** npm ends with "npm error code E…", in older versions "npm ERR! code E…". */
function reasonIn(output) {
  return /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1];
}

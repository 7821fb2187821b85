import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/exit-code.ts';
import { readCommandLine } from '../../src/cli/arguments.ts';
import { operations } from '../../src/operations/index.ts';
import { root } from '../house.ts';

const unit = readFileSync(join(root, 'infra/systemd/nightshift.service'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nightshift-systemd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every value of a setting, in order. */
function values(setting: string): string[] {
  return unit.split('\n').flatMap((line) => (line.startsWith(`${setting}=`) ? [line.slice(setting.length + 1)] : []));
}

describe('the systemd unit', () => {
  it('starts the command that there is, from a program that comes with the project', () => {
    const [program = '', script = '', ...words] = (values('ExecStart')[0] ?? '').split(' ');
    expect(existsSync(program.replace('/opt/nightshift', root))).toBe(true);
    expect(existsSync(join(root, script))).toBe(true);
    expect(readCommandLine(words, operations)).toEqual({ kind: 'serve', dataDir: '${STATE_DIRECTORY}' });
  });

  it('does not try again what a person has to mend', () => {
    expect(values('RestartPreventExitStatus')).toEqual([String(exitCodes.usage)]);
    expect(values('Restart')).toEqual(['on-failure']);
  });

  it('gives nothing away: no user of this machine, no privilege, nothing to write but its own data', () => {
    const wanted = {
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      StateDirectory: 'nightshift',
      StateDirectoryMode: '0700',
      CapabilityBoundingSet: '',
    };
    for (const [setting, value] of Object.entries(wanted)) expect(values(setting), setting).toEqual([value]);
    expect(values('LoadCredential')).toEqual(['nightshift:/etc/nightshift/secrets']);
    expect(unit).not.toMatch(/xox|xapp-/);
  });

  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
  it.runIf(analyze)('is one that systemd understands, and rates as well protected', () => {
    const path = join(folder, 'nightshift.service');
    writeFileSync(path, unit.replaceAll('/opt/nightshift', root));
    const said = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    expect(said.stderr.split('\n').filter((line) => line.includes(path) || line.includes('nightshift'))).toEqual([]);
    expect(said.status).toBe(0);
    // 10 is a service without any protection; 2.0 and better is what systemd calls OK.
    const review = ['security', '--offline=yes', '--threshold=20', path];
    expect(execFileSync('systemd-analyze', review, { encoding: 'utf8' })).toMatch(/Overall exposure level .*OK/);
  });
});

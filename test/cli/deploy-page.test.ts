import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeSecretLine } from '../../src/app/secret-lines.ts';
import { manifestPath } from '../../src/cli/init/files.ts';
import { readSetUp } from '../../src/cli/set-up-arguments.ts';
import { deployPath } from '../../src/config/deploy-file.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');

test('docs/deploy.md shows the commands and files as they are', () => {
  for (const name of ['signing-secret', 'bot-token']) {
    expect(page).toContain(storeSecretLine({ from: 'ssm', name: `/nightshift/prod/slack/${name}` }, 'eu-central-1'));
  }
  expect(page).toContain(deployPath('prod'));
  expect(page).toContain(manifestPath('prod'));
  const commands = [...page.matchAll(/^npx nightshift (.*?)(?: +#.*)?$/gm)].map(([, words = '']) =>
    words.replace('<function url>', 'https://a.example/').split(' '),
  );
  expect(commands.length).toBeGreaterThan(2);
  expect(commands.map(readSetUp).filter((read) => read === undefined || 'problem' in read)).toEqual([]);
});

test('its links lead somewhere', () => {
  const links = [...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
});

test('it names every right that doctor needs', () => {
  const files = globSync(['src/app/doctor/**/*.ts', 'src/providers/*/set-up.ts'], { cwd: root });
  const asked = files
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(
        /\b(?:cloudformation|dynamodb|s3|lambda|scheduler|ssm|secretsmanager|rds|elasticache):[A-Z]\w+/g,
      ),
    ])
    .map(([action]) => action);
  expect(new Set(asked).size).toBeGreaterThan(15);
  expect([...new Set(asked)].filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
});

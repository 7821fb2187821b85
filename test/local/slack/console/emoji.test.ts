import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMOJI, withEmoji } from '../../../../src/local/slack/console/emoji.ts';
import { root } from '../../../house.ts';

test('every emoji that the product writes is drawn', () => {
  const places = 'src/{app,checks,core,operations,slack,local/slack/gallery}/**/*.ts';
  const texts = globSync(places, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const quoted = texts.flatMap((text) => text.match(/['"`][^'"`\n]*['"`]/g) ?? []);
  const names = new Set(
    quoted.flatMap((text) => text.match(/(?<=(?:^|[\s'"`(*]):)[a-z][a-z_]+(?=:(?:$|[\s'"`)*]))/g) ?? []),
  );
  expect(names.size).toBeGreaterThan(3);
  expect([...names].filter((name) => !(name in EMOJI))).toEqual([]);
});

test('a sign that could be a letter is drawn as a picture', () => {
  expect(withEmoji(':white_circle: :red_circle: :no_such:')).toBe('⚪\uFE0F 🔴 :no_such:');
});

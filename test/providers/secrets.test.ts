import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/providers/index.ts';

describe('secrets', () => {
  const secrets = createSecrets((name) => ({ SHOP: 'canary' })[name]);

  it('are read from the environment and remembered for the mask', async () => {
    expect(secrets.known()).toEqual([]);
    expect(await secrets.resolve({ from: 'env', name: 'SHOP' })).toBe('canary');
    expect(secrets.known()).toEqual(['canary']);
  });

  it('that are missing are named, never guessed', async () => {
    await expect(secrets.resolve({ from: 'env', name: 'NONE' })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'the environment variable NONE is not set',
    });
  });

  it.each([{ from: 'iam' }, { from: 'ssm', name: '/shop' }, { from: 'secretsmanager', name: 'shop' }] as const)(
    'from $from are refused with what to use instead',
    async (reference) => {
      await expect(secrets.resolve(reference)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('use env:NAME for now'),
      });
    },
  );
});

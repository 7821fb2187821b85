import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSecrets } from '../../src/providers/secrets/secrets.ts';
import { passwordIn } from '../../src/providers/secrets/stored-secret.ts';

describe('secrets of the environment', () => {
  const secrets = createSecrets((name) => ({ SHOP: 'canary' })[name]);

  it('are read and remembered for the mask', async () => {
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

  it('are no place for iam: a token is signed for one connection', async () => {
    await expect(secrets.resolve({ from: 'iam' })).rejects.toMatchObject({ code: 'unsupported' });
  });
});

/** SSM and Secrets Manager as far as the official clients ask them: one POST with the action in a header (AWS JSON 1.1). */
function startStores(): Promise<{ url: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as { Name?: string; SecretId?: string };
    const action = String(request.headers['x-amz-target']);
    asked.push(`${action} ${body.Name ?? body.SecretId}`);
    const said = answerTo(body.Name ?? body.SecretId ?? '');
    response.writeHead(said.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(said.body));
  }
  server.listen(0, '127.0.0.1');
  return once(server, 'listening').then(() => {
    const { port } = server.address() as { port: number };
    return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
  });
}

function answerTo(name: string): { status: number; body: object } {
  const refusals: Record<string, string> = {
    '/shop/forbidden': 'AccessDeniedException',
    '/shop/gone': 'ParameterNotFound',
    'shop-gone': 'ResourceNotFoundException',
  };
  const refused = refusals[name];
  if (refused !== undefined) return { status: 400, body: { __type: refused, message: `canary-${name}` } };
  if (name.startsWith('/')) return { status: 200, body: { Parameter: { Name: name, Value: 'canary-parameter' } } };
  return { status: 200, body: { Name: name, SecretString: '{"username":"u","password":"canary-secret"}' } };
}

describe('secrets of a store', () => {
  let stores: Awaited<ReturnType<typeof startStores>>;
  let now = 0;
  const names = [
    'AWS_ENDPOINT_URL_SSM',
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ];
  const before = Object.fromEntries([...names, 'AWS_REGION'].map((name) => [name, process.env[name]]));

  beforeAll(async () => {
    stores = await startStores();
    const [ssm = '', manager = '', key = '', secret = ''] = names;
    Object.assign(process.env, {
      [ssm]: stores.url,
      [manager]: stores.url,
      [key]: 'k',
      [secret]: 's',
      AWS_REGION: 'eu-central-1',
    });
  });
  afterAll(() => {
    stores.close();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('are read by the official clients; of a JSON secret the password', async () => {
    const secrets = createSecrets(() => undefined);
    expect(await secrets.resolve({ from: 'ssm', name: '/shop/read' })).toBe('canary-parameter');
    expect(await secrets.resolve({ from: 'secretsmanager', name: 'shop' })).toBe('canary-secret');
    expect(secrets.known()).toEqual(['canary-parameter', 'canary-secret']);
    expect(stores.asked).toEqual(['AmazonSSM.GetParameter /shop/read', 'secretsmanager.GetSecretValue shop']);
  });

  it('are asked for once in five minutes, however many ask', async () => {
    const secrets = createSecrets(() => undefined, { now: () => now });
    const asked = stores.asked.length;
    const ask = () => secrets.resolve({ from: 'ssm', name: '/shop/fresh' });
    await Promise.all([ask(), ask()]);
    now = 299_999;
    await ask();
    expect(stores.asked.length - asked).toBe(1);
    now = 300_000;
    await ask();
    expect(stores.asked.length - asked).toBe(2);
  });

  it.each([
    [{ from: 'ssm', name: '/shop/gone' }, 'invalid_request', /ssm:\/shop\/gone does not exist/],
    [{ from: 'secretsmanager', name: 'shop-gone' }, 'invalid_request', /secretsmanager:shop-gone does not exist/],
    [{ from: 'ssm', name: '/shop/forbidden' }, 'permission_denied', /may not be read/],
  ] as const)('that cannot be had are named with what to mend: %o', async (reference, code, words) => {
    const failed = createSecrets(() => undefined).resolve(reference);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('canary') });
  });

  it('cannot be read where no region is known, which is said', async () => {
    vi.stubEnv('AWS_REGION', undefined).stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    const failed = createSecrets(() => undefined).resolve({ from: 'ssm', name: '/shop/read' });
    await expect(failed).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/set AWS_REGION/),
    });
    vi.unstubAllEnvs();
  });

  it('that could not be had are asked for again', async () => {
    const secrets = createSecrets(() => undefined);
    const asked = stores.asked.length;
    for (const _ of [1, 2]) await secrets.resolve({ from: 'ssm', name: '/shop/gone' }).catch(() => undefined);
    expect(stores.asked.length - asked).toBe(2);
  });
});

it('a secret that is no JSON object is a password as it stands', () => {
  expect(['plain', '"text"', '{"user":"u"}', '12'].map(passwordIn)).toEqual(['plain', '"text"', '{"user":"u"}', '12']);
});

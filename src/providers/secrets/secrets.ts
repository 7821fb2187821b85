import { Fault } from '../../core/errors.ts';
import type { SecretReference } from '../../core/secret.ts';

/** Resolves references to values, and remembers the values for the mask. */
export type Secrets = {
  /** Throws a Fault that names the reference and what to mend, never a value. */
  resolve(reference: SecretReference): Promise<string>;
  /** Remembers a value that came another way, and answers it. */
  hold(value: string): Promise<string>;
  /** Every value that was resolved or held so far. */
  known(): readonly string[];
};

/** Where secrets are kept outside this process; loaded when the first reference to it is resolved. */
export type SecretStores = {
  ssm(name: string): Promise<string>;
  secretsmanager(name: string): Promise<string>;
};

export type SecretsOptions = { stores?: SecretStores; now?: () => number };
type Variable = (name: string) => string | undefined;

/** A value from a store is used this long, so that a replaced secret is taken up without a deploy. */
const FRESH_MS = 300_000;

/**
 * Secrets of this process; `variable` reads one environment variable, since the config layer owns process.env. Values from
 * stores are kept for five minutes, and concurrent questions for one are one question.
 */
export function createSecrets(variable: Variable, options: SecretsOptions = {}): Secrets {
  const { stores = awsStores, now = Date.now } = options;
  const known = new Set<string>();
  const held = new Map<string, { value: Promise<string>; untilMs: number }>();
  const stored = (from: keyof SecretStores, name: string): Promise<string> => {
    const key = `${from}:${name}`;
    const fresh = held.get(key);
    if (fresh && fresh.untilMs > now()) return fresh.value;
    const value = stores[from](name);
    held.set(key, { value, untilMs: now() + FRESH_MS });
    value.catch(() => held.delete(key));
    return value;
  };
  return {
    async resolve(reference) {
      const value = await valueOf(reference, variable, stored);
      known.add(value);
      return value;
    },
    async hold(value) {
      known.add(value);
      return value;
    },
    known: () => [...known],
  };
}

async function valueOf(
  reference: SecretReference,
  variable: Variable,
  stored: (from: keyof SecretStores, name: string) => Promise<string>,
): Promise<string> {
  switch (reference.from) {
    case 'env': {
      const value = variable(reference.name);
      if (value !== undefined && value !== '') return value;
      throw new Fault('invalid_request', `the environment variable ${reference.name} is not set`);
    }
    case 'ssm':
    case 'secretsmanager':
      return stored(reference.from, reference.name);
    case 'iam':
      throw new Fault('unsupported', 'iam is a token that is signed for one connection; it has no value by itself');
  }
}

const awsStores: SecretStores = {
  ssm: async (name) => (await import('./stored-parameter.ts')).readParameter(name),
  secretsmanager: async (name) => (await import('./stored-secret.ts')).readSecret(name),
};

/** Secrets that exist only in this process: for a URL that a person typed. */
export function heldSecrets(values: { readonly [name: string]: string }): Secrets {
  return createSecrets((name) => values[name]);
}

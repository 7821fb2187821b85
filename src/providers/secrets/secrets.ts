import { Fault } from '../../core/errors.ts';
import type { SecretReference } from '../../core/secret.ts';

/** Resolves references to values, and remembers the values for the mask. */
export type Secrets = {
  resolve(reference: SecretReference): Promise<string>;
  /** Every value that was resolved so far. */
  known(): readonly string[];
};

/** `variable` reads one environment variable; the config layer owns process.env. */
export function createSecrets(variable: (name: string) => string | undefined): Secrets {
  const known = new Set<string>();
  return {
    async resolve(reference) {
      const value = valueOf(reference, variable);
      known.add(value);
      return value;
    },
    known: () => [...known],
  };
}

function valueOf(reference: SecretReference, variable: (name: string) => string | undefined): string {
  switch (reference.from) {
    case 'env': {
      const value = variable(reference.name);
      if (value !== undefined && value !== '') return value;
      throw new Fault('invalid_request', `the environment variable ${reference.name} is not set`);
    }
    case 'iam':
      throw new Fault('unsupported', 'signed database tokens (iam) are not supported yet; use env:NAME for now');
    case 'ssm':
      throw new Fault(
        'unsupported',
        `passwords in SSM (ssm:${reference.name}) are not supported yet; use env:NAME for now`,
      );
    case 'secretsmanager':
      throw new Fault(
        'unsupported',
        `passwords in Secrets Manager (secretsmanager:${reference.name}) are not supported yet; use env:NAME for now`,
      );
  }
}

/** Secrets that exist only in this process: for a URL that a person typed. */
export function heldSecrets(values: { readonly [name: string]: string }): Secrets {
  return createSecrets((name) => values[name]);
}

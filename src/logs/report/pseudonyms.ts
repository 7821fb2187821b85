/** What a name is the name of, as its pseudonym says: table, column, function, role, database, application, host, index, schema, any other. */
export type NameKind = 't' | 'c' | 'f' | 'r' | 'd' | 'a' | 'h' | 'i' | 's' | 'n';

/** Gives every name one pseudonym, `t1` or `c7`, which stays the same in the whole report. */
export type Pseudonyms = {
  /** The pseudonym of a name; the kind counts when the name is seen for the first time. */
  of(kind: NameKind, name: string): string;
  isKnown(name: string): boolean;
};

export function createPseudonyms(): Pseudonyms {
  const known = new Map<string, string>();
  const counts = new Map<NameKind, number>();
  return {
    of(kind, name) {
      const present = known.get(name);
      if (present !== undefined) return present;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      known.set(name, `${kind}${count}`);
      return `${kind}${count}`;
    },
    isKnown: (name) => known.has(name),
  };
}

import { createHash } from 'node:crypto';
import { MESSAGE_WORDS } from './message-words.ts';
import type { NameKind, Pseudonyms } from './pseudonyms.ts';
import { SQL_WORDS } from './sql-words.ts';

/** Seven digits of base 36: among ten thousand names two are the same once in a thousand databases. */
const DIGITS = 7;
const BASE = 36;
/** What every server has, its host brings along, or this bot makes. */
const EVERYWHERE =
  /^(?:public|postgres|template[01]|information_schema|hypopg|rds[a-z]*admin|rdstopmgr|nightshift|(?:pg|rds|aws|nightshift)_.*)$/;
const PSEUDONYM = /^[acdfhinrst]_[0-9a-z]{7}$/;

/** Names as they are stored, each with what it is the name of. */
export type KnownNames = ReadonlyMap<string, NameKind>;

/** `isKnown` is about a word by itself, which may be meant as a word; `has` about one that is marked as a name. */
export type HashedNames = Pseudonyms & { has(name: string): boolean };

/**
 * Pseudonyms without a memory: `t_k3f9a2m` is the same for one name in every report, room and year, so that reports can be compared;
 * the letter says what it names where it stands. `kept` are names of the config, which stay, as do those that every server has.
 */
export function hashedNames(known: KnownNames, kept: ReadonlySet<string>): HashedNames {
  const seen = new Set<string>();
  const has = (name: string): boolean => known.has(name) || seen.has(name);
  return {
    has,
    of(kind, name) {
      if (kept.has(name) || EVERYWHERE.test(name) || PSEUDONYM.test(name)) return name;
      seen.add(name);
      return `${known.get(name) ?? kind}_${digitsOf(name)}`;
    },
    isKnown: (name) => has(name) && !isOrdinary(name),
  };
}

/** A word that stands for itself as long as nothing marks it as a name. */
function isOrdinary(word: string): boolean {
  const small = word.toLowerCase();
  return small.length < 3 || SQL_WORDS.has(small) || MESSAGE_WORDS.has(small);
}

function digitsOf(name: string): string {
  const number = createHash('sha256').update(name).digest().readUIntBE(0, 6);
  return (number % BASE ** DIGITS).toString(BASE).padStart(DIGITS, '0');
}

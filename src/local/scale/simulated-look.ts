import type { Look } from '../../operations/health/look.ts';
import { postgresAnswers } from './postgres-answers.ts';
import { redisAnswers } from './redis-answers.ts';

const LOOK_EVERY_TENTH_IS_FAULTY = 10;
const LOOK_EVERY_FORTIETH_IS_SILENT = 40;

/**
 * What the read room would say of a target that does not exist: the samples of real servers (PostgreSQL 18 with one replica,
 * Redis with one replica), with the target's own names. Every tenth target has a pile of locks or full memory; of every
 * fortieth no member answers.
 */
export function simulatedLook(target: string): Look {
  const number = Number(/\d+$/.exec(target)?.[0] ?? 0);
  const primary = `${target}-1`;
  const replica = `${target}-2`;
  if (number % LOOK_EVERY_FORTIETH_IS_SILENT === 0) return silent(primary, replica);
  const isFaulty = number % LOOK_EVERY_TENTH_IS_FAULTY === 0;
  return {
    members: [
      { name: primary, role: 'primary', reached: true },
      { name: replica, role: 'replica', reached: true },
    ],
    primary,
    answers: target.startsWith('db')
      ? postgresAnswers({ primary, replica, isFaulty })
      : redisAnswers({ primary, replica, isFaulty }),
  };
}

function silent(primary: string, replica: string): Look {
  const away = { reached: false, reason: 'nothing answered within 5 s' };
  return {
    members: [
      { name: primary, role: 'primary', ...away },
      { name: replica, role: 'replica', ...away },
    ],
    primary: null,
    answers: {},
  };
}

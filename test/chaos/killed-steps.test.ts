import { killsEachStep } from '../app/killed-anywhere.ts';

killsEachStep(['before', 'after']);

export { verifyCopy, type CopyVerified } from './self-managed/drill/verify.ts';

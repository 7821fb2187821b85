import './in-serve-form.ts';
import '../canary.test.ts';

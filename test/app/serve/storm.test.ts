import './in-serve-form.ts';
import '../storm.test.ts';

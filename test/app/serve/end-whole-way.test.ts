import './in-serve-form.ts';
import '../end-whole-way.test.ts';

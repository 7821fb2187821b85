import './in-serve-form.ts';
import '../sessions-whole-way.test.ts';

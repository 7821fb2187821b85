import './in-serve-form.ts';
import '../incident.test.ts';

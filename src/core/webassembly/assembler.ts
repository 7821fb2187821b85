import { call, I32, unsigned, type Code, type Local, type Operand, type ValueType } from './instructions.ts';

/** A function of the module that is made, to be called by other ones in it. */
export type Defined = (...values: Operand[]) => Code;

type Written = { name: string; parameters: number; locals: ValueType[]; body: Code };

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION = 0x60;
const FUNCTION_EXPORT = 0x00;
const MEMORY_IMPORT = 0x02;

/**
 * Writes a module of WebAssembly out of functions. It takes its memory, and the functions that were named as imports, from
 * `host`. https://webassembly.github.io/spec/core/binary/modules.html
 */
export class Assembler {
  readonly #imports: { name: string; parameters: number }[] = [];
  readonly #written: Written[] = [];

  /** A function that is given to the module; all imports come before what is defined. */
  import(name: string, parameters: number): Defined {
    const index = this.#imports.push({ name, parameters }) - 1;
    return (...values) => call(index, values);
  }

  /** A function of whole numbers that gives one back. `local` makes a variable of it, which is 0 at first. */
  define<const Name extends string>(
    name: string,
    parameters: readonly Name[],
    body: (values: Record<Name, Local>, local: (type?: ValueType) => Local) => readonly Code[],
  ): Defined {
    const values = Object.fromEntries(parameters.map((parameter, i): [string, Local] => [parameter, [0x20, i]]));
    const locals: Written['locals'] = [];
    const lines = body(values as Record<Name, Local>, (type = I32) => [
      0x20,
      parameters.length + locals.push(type) - 1,
    ]);
    const place = this.#written.push({ name, parameters: parameters.length, locals, body: lines.flat() }) - 1;
    return (...called) => call(this.#imports.length + place, called);
  }

  /** The module; each function is exported by its name. */
  module(): Uint8Array<ArrayBuffer> {
    const imports = this.#imports;
    const written = this.#written;
    return Uint8Array.from([
      ...HEADER,
      ...section(1, [...imports, ...written].map(typeOf)),
      ...section(2, [memoryImport(), ...imports.map(({ name }, i) => functionImport(name, i))]),
      ...section(
        3,
        written.map((_, i) => unsigned(imports.length + i)),
      ),
      ...section(
        7,
        written.map(({ name }, i) => exported(name, imports.length + i)),
      ),
      ...section(10, written.map(bodyOf)),
    ]);
  }
}

function section(id: number, parts: readonly Code[]): number[] {
  return [id, ...sized([...unsigned(parts.length), ...parts.flat()])];
}

function sized(bytes: Code): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(name: string): number[] {
  return sized([...Buffer.from(name)]);
}

function typeOf({ parameters }: { parameters: number }): number[] {
  return [FUNCTION, ...sized(Array.from({ length: parameters }, () => I32)), 1, I32];
}

function memoryImport(): number[] {
  return [...text('host'), ...text('memory'), MEMORY_IMPORT, 0, 0];
}

function functionImport(name: string, type: number): number[] {
  return [...text('host'), ...text(name), FUNCTION_EXPORT, ...unsigned(type)];
}

function exported(name: string, index: number): number[] {
  return [...text(name), FUNCTION_EXPORT, ...unsigned(index)];
}

function bodyOf({ locals, body }: Written): number[] {
  return sized([...unsigned(locals.length), ...locals.flatMap((type) => [1, type]), ...body, 0x0b]);
}

/**
 * Writes Protocol Buffers, as far as ONNX needs them (protobuf.dev, "Encoding"). A message is a
 * sequence of fields: a key, which is the field's number and how its value is written, then the
 * value. Integers are written seven bits at a time, lowest first.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A message under construction. */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];

  /** Adds a whole number of 0 … 2⁵³ − 1, or below 0 as ONNX's int64. */
  integer(field: number, value: number): this {
    return this.#key(field, VARINT).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#key(field, FIXED_32).#append(bytes);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#key(field, LENGTH_DELIMITED).#varint(BigInt(value.length)).#append(value);
  }

  message(field: number, value: ProtobufMessage): this {
    return this.bytes(field, value.encode());
  }

  /** The message's bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #key(field: number, wireType: number): this {
    return this.#varint(BigInt((field << 3) | wireType));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      const low = Number(rest & 0x7fn);
      if (rest < 0x80n) return this.#append(Uint8Array.from([...bytes, low]));
      bytes.push(low | 0x80);
    }
  }

  #append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }
}

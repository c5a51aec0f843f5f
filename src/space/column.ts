/**
 * A growing list of numbers in a typed array: the columns of tables whose length is not known beforehand.
 */

interface Numbers {
  readonly length: number;
  readonly byteLength: number;
  [index: number]: number;
  set(from: Numbers): void;
}

export class Column<A extends Numbers> {
  /** The numbers, and behind them room for more. */
  values: A;
  length = 0;
  private readonly make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.make = make;
    this.values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = this.make(Math.ceil(this.values.length * 1.5));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** The numbers without the room behind them. */
  trimmed(): A {
    const exact = this.make(this.length);
    for (let index = 0; index < this.length; index++) exact[index] = this.values[index] ?? 0;
    return exact;
  }
}

/** A column of whole numbers. */
export const wholeColumn = (): Column<Int32Array> => new Column((length) => new Int32Array(length));

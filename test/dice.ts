/**
 * Seeded dice for attacks: the same seed attacks in the same way.
 */
import seedrandom from "seedrandom";

export class Dice {
  private readonly draw: () => number;

  constructor(seed: string) {
    this.draw = seedrandom.alea(seed);
  }

  /** A whole number below a bound. */
  below(bound: number): number {
    return Math.floor(this.draw() * bound);
  }

  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("there is nothing to choose from");
    return item;
  }

  /** Whether something of a chance happens. */
  falls(chance: number): boolean {
    return this.draw() < chance;
  }
}

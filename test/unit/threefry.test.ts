import { expect, test } from "vitest";
import { type Block, threefry } from "../../src/chance/threefry.ts";

const hex = (block: Block): string => block.map((word) => word.toString(16).padStart(8, "0")).join(" ");

/** Known answers of Random123 (file kat_vectors, threefry2x32, 20 rounds). */
const known: readonly { readonly counter: Block; readonly key: Block; readonly answer: string }[] = [
  { counter: [0, 0], key: [0, 0], answer: "6b200159 99ba4efe" },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], answer: "1cb996fc bb002be7" },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], answer: "c4923a9c 483df7a0" },
];

test.each(known)("a published vector is reproduced: $answer", ({ counter, key, answer }) => {
  expect(hex(threefry(key, counter))).toBe(answer);
});

test("signed and unsigned words are the same words", () => {
  expect(threefry([-1, -1], [-1, -1])).toEqual(threefry([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]));
});

test("one bit of key or counter changes about half of the answer", () => {
  const ones = ([a, b]: Block): number => [...a.toString(2), ...b.toString(2)].filter((bit) => bit === "1").length;
  const base = threefry([1, 2], [3, 4]);
  const flipped: number[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const mask = 2 ** bit;
    const blocks = [
      threefry([(1 ^ mask) >>> 0, 2], [3, 4]),
      threefry([1, (2 ^ mask) >>> 0], [3, 4]),
      threefry([1, 2], [(3 ^ mask) >>> 0, 4]),
      threefry([1, 2], [3, (4 ^ mask) >>> 0]),
    ];
    for (const block of blocks) flipped.push(ones([(block[0] ^ base[0]) >>> 0, (block[1] ^ base[1]) >>> 0]));
  }
  const mean = flipped.reduce((sum, count) => sum + count, 0) / flipped.length;
  expect(Math.min(...flipped)).toBeGreaterThan(15);
  expect(mean).toBeGreaterThan(31);
  expect(mean).toBeLessThan(33);
});

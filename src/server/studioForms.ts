/**
 * The forms of the studio's requests: everything that comes from a page is held to one of these first.
 */
import { z } from "zod";

const id = z.string().min(1).max(200);
const language = z.string().regex(/^[a-z-]{2,12}$/i);
const text = z.string().max(4_000_000);
const seed = z.string().max(200);
const value = z.union([z.number(), z.boolean()]);
const values = z.record(id, value);
const names = z.record(id, id);
const whole = z.number().int().min(0);

/** A scenario of the library, or a draft that was not saved. */
const subject = {
  scenario: id,
  /** The draft, where it is not what the library has. */
  draft: text.nullable().default(null),
  language: language.nullable().default(null),
  assume: values.default({}),
  policies: names.default({}),
  rounds: z.number().int().min(1).max(1_000_000).nullable().default(null),
  seed: seed.default("demarche"),
};

const choice = z.strictObject({
  move: id,
  branch: id.nullable().default(null),
  actor: id.nullable().default(null),
});

/** The forms by request. */
export const forms = {
  language: z.object({ texts: language.optional() }),
  read: z.strictObject({ id, text, language: language.nullable().default(null) }),
  save: z.strictObject({ text, base: z.string().max(100) }),
  run: z.strictObject({
    ...subject,
    variant: id.nullable().default(null),
    replication: whole.default(0),
    finish: z.boolean().default(false),
  }),
  goOn: z.strictObject({
    position: whole,
    reach: z.enum(["step", "round", "end"]),
    choice: choice.nullable().default(null),
  }),
  fork: z.strictObject({
    position: whole,
    choice: choice.nullable().default(null),
    seed: seed.nullable().default(null),
    finish: z.boolean().default(false),
  }),
  replication: z.strictObject({ variant: id, replication: whole }),
  pair: z.object({ left: id, right: id }),
  task: z.discriminatedUnion("kind", [
    z.strictObject({
      ...subject,
      kind: z.literal("compare"),
      variants: z.array(id).max(200),
      runs: z.number().int().min(1).max(10_000_000),
      ranges: z.boolean().default(true),
    }),
    z.strictObject({
      ...subject,
      kind: z.literal("check"),
      variant: id.default("default"),
      follow: z.boolean().default(false),
      statesMax: z.number().int().min(1).max(200_000_000).default(5_000_000),
      memory: z.number().int().min(16).max(16_384).default(2_048),
    }),
  ]),
};

import { expect, test } from "vitest";
import { readScenario } from "../../src/scenario/scenario.ts";
import { nameOf } from "../../src/scenario/texts.ts";
import { markedText, read } from "./scenarioFixture.ts";

const text = `demarche: 1
id: geneva
title: Answers in writing
description: >
  A note is asked for,
  and a note is sent.
sources:
  afp: { title: Agency report, date: 2022-01-22, grade: agency, url: https://example.org/1 }
actors:
  usa: { name: United States }
  east_bloc:
tracks:
  reply:
    name: Written reply
    initial: promised
    states:
      promised: { name: Promised for next week }
      sent_late:
variables:
  tension: { scale: [0, 10], initial: 6, note: Guessed }
moves:
  deliver:
    by: usa
    name: Deliver the reply
    when: tension > 2
    then: { tension: 3, reply: sent_late }
    branches:
      leaks: { name: It leaks }
    source: afp
tallies:
  cost:
    - { add: 1, per: round, name: Cost }
    - { add: 2, per: step }
policies:
  usa:
    bold: { deliver: 1, name: Bold, note: Why bold }
variants:
  early: { question: What if it comes early? }
properties:
  calm: { claim: It stays calm, never: tension > 9 }
briefing:
  all: |
    Read this.
  usa: [One, Two]
  debrief: [In reality ...]
`;

test("every name stands under its path, made from the id where none is given", () => {
  const { texts } = read(text);
  expect(texts.names).toMatchObject({
    "actors.usa": "United States",
    "actors.east_bloc": "East bloc",
    "tracks.reply": "Written reply",
    "tracks.reply.states.promised": "Promised for next week",
    "tracks.reply.states.sent_late": "Sent late",
    "moves.deliver.branches.leaks": "It leaks",
    "tallies.cost": "Cost",
    "policies.usa.bold": "Bold",
    "variants.early": "Early",
  });
  expect(nameOf(texts, "tracks", "reply", "states", "sent_late")).toBe("Sent late");
  expect(nameOf(texts, "moves", "constructor")).toBe("Constructor");
});

test("claims, notes, questions, sources and briefings are texts", () => {
  const { texts } = read(text);
  expect(texts.title).toBe("Answers in writing");
  expect(texts.description).toBe("A note is asked for, and a note is sent.");
  expect(texts.claims).toEqual({ "properties.calm": "It stays calm" });
  expect(texts.notes).toEqual({ "variables.tension": "Guessed", "policies.usa.bold": "Why bold" });
  expect(texts.questions).toEqual({ "variants.early": "What if it comes early?" });
  expect(texts.sources).toEqual({
    afp: { title: "Agency report", date: "2022-01-22", grade: "agency", url: "https://example.org/1" },
  });
  expect(texts.briefing).toEqual({ all: ["Read this."], usa: ["One", "Two"], debrief: ["In reality ..."] });
});

test("texts change neither the model nor its hash, everything else changes both", () => {
  const { hash } = read(text);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const reworded = text
    .replaceAll(/name: [\w ]+/g, "name: Renamed")
    .replace("Answers", "Replies")
    .replace("It stays calm", "Nothing happens")
    .replace("Read this.", "Read that.");
  expect(reworded).not.toBe(text);
  expect(read(reworded).hash).toBe(hash);
  expect(read(`# a comment\n${text}`).hash).toBe(hash);
  expect(read(text.replace("tension > 2", "tension > 3")).hash).not.toBe(hash);
  expect(read(text.replace("tension: 3,", "tension: 4,")).hash).not.toBe(hash);
});

test("how an expression is written does not matter, what it says does", () => {
  const { hash } = read(text);
  expect(read(text.replace("tension > 2", '"(tension) > 2"')).hash).toBe(hash);
  expect(read(text.replace("tension > 2", ">-\n      tension >\n      2")).hash).toBe(hash);
});

const overlaid = (overlay: string) =>
  readScenario({ file: "g.yaml", text, overlay: { file: "g.pt.yaml", text: overlay } });

test("an overlay replaces texts and nothing else", () => {
  const { scenario, diagnostics } = overlaid(`title: Respostas por escrito
actors:
  usa: { name: Estados Unidos }
tracks:
  reply:
    states:
      promised: { name: Prometida }
moves:
  deliver:
    name: Entregar
    branches:
      leaks: { name: Vaza }
sources:
  afp: { title: Agência }
properties:
  calm: { claim: Fica calmo }
briefing:
  usa: [Um]
`);
  expect(diagnostics).toEqual([]);
  expect(scenario?.hash).toBe(read(text).hash);
  expect(scenario?.texts).toMatchObject({
    title: "Respostas por escrito",
    names: {
      "actors.usa": "Estados Unidos",
      "actors.east_bloc": "East bloc",
      "tracks.reply": "Written reply",
      "tracks.reply.states.promised": "Prometida",
      "moves.deliver": "Entregar",
      "moves.deliver.branches.leaks": "Vaza",
    },
    sources: { afp: { title: "Agência", grade: "agency" } },
    claims: { "properties.calm": "Fica calmo" },
    briefing: { all: ["Read this."], usa: ["Um"] },
  });
});

test("an overlay that would change the model, or names what is not there, is refused in its own file", () => {
  const overlay = `id: other
actors:
  us: { name: Estados Unidos }
moves:
  deliver: { when: tension > 3, name: Entregar }
  deliver2: { name: X }
tracks:
  reply: Resposta
movs:
  deliver: { name: Y }
`;
  const { scenario, diagnostics } = overlaid(overlay);
  expect(scenario).toBeNull();
  expect(diagnostics.map(({ span, code }) => [span.file, code])).toEqual([
    ["g.pt.yaml", "overlay-of-another"],
    ["g.pt.yaml", "unknown-entry"],
    ["g.pt.yaml", "overlay-form"],
    ["g.pt.yaml", "unknown-entry"],
    ["g.pt.yaml", "overlay-form"],
    ["g.pt.yaml", "unknown-section"],
  ]);
  const marked = diagnostics.map((diagnostic) => markedText(overlay, diagnostic));
  expect(marked).toEqual(["other", "us", "when", "deliver2", "Resposta", "movs"]);
});

test("an overlay that is no YAML is refused with its own errors", () => {
  const { scenario, diagnostics } = overlaid("title: 'x\n");
  expect(scenario).toBeNull();
  expect(diagnostics.map(({ span, code }) => [span.file, code])).toEqual([["g.pt.yaml", "yaml-quote"]]);
});

/**
 * The handout: a page for each role with nothing on it that another role may not know, in the language asked for.
 */
import { afterAll, expect, test } from "vitest";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
afterAll(() => session.remove());

const scenario = `
demarche: 1
id: cards
title: Cards & <b>signs</b>
clock: { start: 2022-01-01, step: 1 day, rounds: 4 }
turns: simultaneous
actors:
  east: { name: East }
  west: { name: West }
  weather: { name: Weather }
variables:
  tension: { scale: [0, 9], initial: 5 }
  nerve: { name: East's nerve, scale: [0, 9], initial: { 7: 1 }, private: [east] }
  doubt: { name: Nobody's doubt, scale: [0, 9], initial: 3, private: [] }
moves:
  push_$who:
    each: { who: [east, west] }
    by: $who
    then:
      tension: tension + 1
outcomes:
  war: { when: tension is 9 }
  peace: { otherwise: true }
briefing:
  all: Everybody knows this.
  east: East wants this.
  west: West wants that.
  debrief: What happened?
  followed: This is what followed.
`;

const sections = (page: string): Record<string, string> =>
  Object.fromEntries(
    page
      .split("<section>")
      .slice(1)
      .map((part) => [/<h1>(.*?)<\/h1>/.exec(part)?.[1] ?? "", part]),
  );

test("every role has a card of its own, and what only it knows stands on no other page", async () => {
  session.write("cards.yaml", scenario);
  const { code, out } = await session.run(["handout", "cards.yaml", "--seed", "a"]);
  expect({ code, out }).toEqual({ code: 0, out: "cards-handout.html: open it in a browser and print it on A4.\n" });
  const page = session.read("cards-handout.html");
  const found = sections(page);
  expect(Object.keys(found)).toEqual([
    "How it is played",
    "The situation",
    "East",
    "West",
    "Afterwards: questions",
    "What followed in reality",
  ]);
  const { East, ...others } = found;
  expect(East).toMatch(/East&#39;s nerve<\/dt><dd>7<\/dd>/);
  expect(East).toContain("East wants this.");
  for (const other of Object.values(others)) expect(other).not.toMatch(/nerve|East wants/);
  expect(found.West).toContain("West wants that.");
  expect(page).not.toContain("doubt");
  expect(found["How it is played"]).toContain("All delegations decide at the same time");
  expect(page).not.toContain("<b>");
  expect(page).not.toMatch(/https?:/);
});

test("without a seed the cards say where the value will be seen", async () => {
  session.write("cards.yaml", scenario);
  await session.run(["handout", "cards.yaml", "--out", "plain.html"]);
  expect(sections(session.read("plain.html")).East).toContain("shown on your screen when the lesson begins");
});

test("speaks the language of the overlay", async () => {
  const { code } = await session.run(["handout", "geneva-2022-class", "--lang", "pt", "--out", "pt.html"]);
  expect(code).toBe(0);
  const page = session.read("pt.html");
  expect(page).toContain('<html lang="pt">');
  expect(Object.keys(sections(page))).toEqual(expect.arrayContaining(["Como se joga", "Estados Unidos", "Ucrânia"]));
});

test("a file that cannot be written is said before anything is done", async () => {
  const { code, err } = await session.run(["handout", "geneva-2022-class", "--out", "nowhere/h.html"]);
  expect({ code, err }).toEqual({
    code: 2,
    err: "error: nowhere/h.html cannot be written: there is no folder nowhere\n",
  });
});

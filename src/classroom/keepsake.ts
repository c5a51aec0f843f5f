/**
 * A class to keep: the debrief of a room as one page that needs neither server nor network.
 *
 * It is the page that the class saw, with its script, its look and everything it shows inside one file; it asks nobody
 * for anything. Names of people are in it as far as the debrief shows them and they were not forgotten.
 */

import { debriefOf, knowledgeOf, tellAnalysis } from "./debrief.ts";
import type { Role } from "./event.ts";
import { messagesOf } from "./messages.ts";
import type { ScreenSource } from "./screen.ts";
import type { Debrief, Knowledge, MessageLine, ToldAnalysis } from "./screenSections.ts";

/** What the page shows. */
export interface Kept {
  readonly debrief: Debrief;
  readonly analysis: ToldAnalysis | null;
  readonly messages: readonly MessageLine[];
  /** What each knew: by actor, of the public, and in truth. */
  readonly knowledge: Readonly<Record<Role, Knowledge>>;
  /** The interface's language to begin with; the reader may choose another. */
  readonly language: string;
}

/** Gathers what is kept of a room. */
export function keptOf(place: ScreenSource, language: string): Kept {
  const { room, run, analysis, others } = place;
  const viewers = [...run.scenario.model.actors.map(({ id }) => id), "public", "all"];
  return {
    debrief: debriefOf(room, run, others()),
    analysis: analysis === null ? null : tellAnalysis(run.scenario, analysis),
    messages: messagesOf(place, null),
    knowledge: Object.fromEntries(viewers.map((as) => [as, knowledgeOf(run, as)])),
    language,
  };
}

/** The parts of the page that do not depend on the room. `integrity` is the script's SHA-256, in base64. */
export interface KeepsakeParts {
  readonly script: string;
  readonly style: string;
  readonly integrity: string;
}

/** The page as one file. */
export function keepsakePage(kept: Kept, { script, style, integrity }: KeepsakeParts): string {
  // Inside a script no markup is read but its end; JSON can do without the sign.
  const data = JSON.stringify(kept).replaceAll("<", "\\u003c");
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${integrity}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Demarche</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="kept">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

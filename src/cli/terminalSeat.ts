/**
 * A person's seat in a run: what it is told, what it may choose, and the conversation that ends in a choice.
 *
 * It shows its actor's view and nothing else.
 */
import type { RunEvent } from "../engine/event.ts";
import { hold, type Turn } from "../engine/protocol.ts";
import { viewEvents, viewState } from "../engine/view.ts";
import type { Execution } from "../log/execution.ts";
import { tell } from "../report/chronicle.ts";
import { chronicleText, type TextLayout, wrap } from "../report/chronicleText.ts";
import type { ChronicleWords } from "../report/chronicleWords.ts";
import { longDate } from "../report/dates.ts";
import { inOrder, type Naming, namingOf } from "../report/naming.ts";
import { filled, valueText } from "../report/tellingText.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import { nearest } from "../scenario/suggest.ts";
import type { LineInput } from "./lineInput.ts";
import { moveNote } from "./moveNote.ts";
import type { Output } from "./terminal.ts";

/** What a person answers. */
export type SeatInput =
  | { readonly kind: "move"; readonly move: string }
  /** In free turns: whoever moves next is left to chance. */
  | { readonly kind: "wait" }
  | { readonly kind: "undo"; readonly luck: "same" | "fresh" }
  | { readonly kind: "quit" };

const helpLines = `
  a number or a move's id   make that move
  hold                      make no move (where that is open)
  why N                     what a move does and when it is open; also: why MOVE
  look                      how things stand, as far as you know
  log                       the whole story so far, as far as you know
  undo                      take your last decision back; asks whether luck stays the same
  quit                      leave; the log keeps everything, and play LOG goes on
Each of these words may begin with a slash, as in /look: so it is told from a move of that name.
`;

/** One person's seat. */
export class TerminalSeat {
  readonly actor: string;
  private readonly output: Output;
  private readonly input: LineInput;
  private readonly echo: boolean;
  private readonly alone: boolean;
  private readonly words: ChronicleWords;
  /** How many events of the view were told already. */
  private told = 0;

  constructor(
    actor: string,
    conversation: {
      readonly output: Output;
      readonly input: LineInput;
      /** Repeats what was said, for transcripts of piped input. */
      readonly echo: boolean;
      /** Nobody else sits at this terminal. */
      readonly alone: boolean;
      /** In which the person is told what happened. */
      readonly words: ChronicleWords;
    },
  ) {
    this.actor = actor;
    this.output = conversation.output;
    this.input = conversation.input;
    this.echo = conversation.echo;
    this.alone = conversation.alone;
    this.words = conversation.words;
  }

  /** Takes everything that happened so far for told. */
  knows(execution: Execution): void {
    this.told = this.view(execution).length;
  }

  /** What the person is told before the first decision. */
  welcome({ scenario }: Execution): void {
    const { texts } = scenario;
    const naming = namingOf(scenario);
    const { output } = this;
    output.write(`${output.paint("bold", naming.title)}: you decide for ${naming.name("actors", this.actor)}\n`);
    for (const text of [...(texts.briefing.all ?? []), ...(texts.briefing[this.actor] ?? [])]) {
      output.write(`\n${wrap(text.replaceAll(/\s+/g, " "), output.columns, "").join("\n")}\n`);
    }
    output.write("\n");
  }

  /** Tells what happened since the last time. */
  inform(execution: Execution): void {
    const events = this.view(execution);
    const naming = namingOf(execution.scenario);
    const { state } = execution.session;
    const excerpt = { from: this.told, running: state.ended === null };
    const chronicle = tell(events, execution.scenario.model.clock, naming, excerpt);
    const opening = this.told === 0 ? chronicle.opening : [];
    this.told = events.length;
    const text = chronicleText({ ...chronicle, opening }, this.layout());
    if (text === "") return;
    if (!this.alone) this.output.write(`For the eyes of ${naming.name("actors", this.actor)}:\n`);
    this.output.write(`${text}\n`);
  }

  /** Asks for a decision until there is one. */
  async ask(execution: Execution, turn: Turn, free: boolean): Promise<SeatInput> {
    this.inform(execution);
    this.offer(execution, turn, free);
    for (;;) {
      const line = await this.prompt();
      if (line === null) return { kind: "quit" };
      const answer = await this.answer(execution, turn, { line, free });
      if (answer !== null) return answer;
    }
  }

  private async prompt(words = `${this.actor}> `): Promise<string | null> {
    this.output.write(words);
    const line = await this.input.next();
    if (this.echo || line === null) this.output.write(`${line ?? ""}\n`);
    return line;
  }

  private async answer(
    execution: Execution,
    turn: Turn,
    { line, free }: { readonly line: string; readonly free: boolean },
  ): Promise<SeatInput | null> {
    const [word = "", rest = ""] = line.toLowerCase().split(/\s+/, 2);
    // A move may be called like a command; then the word alone means the move.
    if (this.ownMoves(execution).includes(word) && rest === "") return this.choice(execution, turn, word);
    switch (word.replace(/^\/(?=[a-z?])/, "")) {
      case "":
        return null;
      case "quit":
      case "exit":
        return { kind: "quit" };
      case "help":
      case "?":
        this.output.write(helpLines);
        return null;
      case "look":
        this.look(execution);
        return null;
      case "log":
        this.told = 0;
        this.inform(execution);
        return null;
      case "why":
        this.explain(execution, turn, rest);
        return null;
      case "undo":
        return this.undo(rest);
      case "wait":
        if (free) return { kind: "wait" };
        return this.refuse("There is nothing to wait for: choose a move, or hold.");
      default:
        return this.choice(execution, turn, word);
    }
  }

  private ownMoves({ scenario }: Execution): readonly string[] {
    return scenario.model.moves.filter(({ by }) => by === this.actor).map(({ id }) => id);
  }

  private choice(execution: Execution, { options }: Turn, word: string): SeatInput | null {
    const move = /^\d+$/.test(word) ? options[Number(word) - 1] : options.find((option) => option === word);
    if (move !== undefined) return { kind: "move", move };
    if (/^\d+$/.test(word)) return this.refuse(`There is no choice ${word}: they go from 1 to ${options.length}.`);
    if (word === hold) return this.refuse("You cannot hold now: a move is due.");
    const own = this.ownMoves(execution);
    if (own.includes(word)) return this.refuse(`${word} is not open now; why ${word} says when it is.`);
    const near = nearest(word, [...options, ...own, "help", "look", "log", "undo", "quit", "why", "hold"]);
    return this.refuse(
      `"${word}" is no choice here${near === null ? "; help lists what is" : `; did you mean ${near}?`}`,
    );
  }

  private refuse(message: string): null {
    this.output.write(`${message}\n`);
    return null;
  }

  private async undo(asked: string): Promise<SeatInput | null> {
    let luck: string | null = asked;
    while (luck !== "same" && luck !== "fresh") {
      luck = await this.prompt("same luck or fresh luck? (same/fresh, or no) ");
      if (luck === null || luck.startsWith("n")) return null;
    }
    return { kind: "undo", luck };
  }

  private offer(execution: Execution, { options }: Turn, free: boolean): void {
    const { model } = execution.scenario;
    const naming = namingOf(execution.scenario);
    const { round } = execution.session.state;
    const { output } = this;
    const { words } = this;
    const when =
      model.clock === null ? filled(words.round, { round }) : longDate(dateOfRound(model.clock, round), words.dates);
    output.write(`${output.paint("bold", `${when}: ${naming.name("actors", this.actor)}, what do you do?`)}\n`);
    const own = this.privateWords(execution, naming);
    if (own !== "") output.write(`${wrap(`Known to you: ${own}`, output.columns, "  ", "    ").join("\n")}\n`);
    const width = String(options.length).length;
    for (const [index, option] of options.entries()) {
      const name = option === hold ? "Hold: make no move" : naming.name("moves", option);
      const id = option === hold ? "hold" : option;
      const number = `  ${String(index + 1).padStart(width)}  `;
      const lines = wrap(`${name} (${id})`, output.columns, number, " ".repeat(number.length));
      output.write(`${lines.join("\n").replace(`(${id})`, () => output.paint("dim", `(${id})`))}\n`);
    }
    if (free) output.write("  or wait: leave to chance who moves next, you included\n");
  }

  /** The values that this actor sees and not everybody does. */
  private privateWords(execution: Execution, naming: Naming): string {
    const { model } = execution.scenario;
    const state = viewState(this.view(execution));
    if (state === null) return "";
    return [
      ...model.tracks.filter(this.own).map(({ id }) => {
        const value = naming.name("tracks", id, "states", state.tracks[id] ?? "");
        return `${naming.name("tracks", id)}: ${value}`;
      }),
      ...model.variables
        .filter(this.own)
        .map(({ id }) => `${naming.name("variables", id)}: ${valueText(state.variables[id] ?? 0, this.words.telling)}`),
    ].join(" · ");
  }

  private readonly own = ({ private: secret }: { readonly private: readonly string[] | null }): boolean =>
    secret?.includes(this.actor) === true;

  private look(execution: Execution): void {
    const { model } = execution.scenario;
    const naming = namingOf(execution.scenario);
    const state = viewState(this.view(execution));
    const lines = [
      ...inOrder(naming, "tracks", state?.tracks ?? {}).map(
        ([id, value]) => `${naming.name("tracks", id)}: ${naming.name("tracks", id, "states", value)}`,
      ),
      ...inOrder(naming, "variables", state?.variables ?? {}).map(([id, value]) => {
        const range = model.variables.find((variable) => variable.id === id);
        const scale = range === undefined || range.kind === "flag" ? "" : ` (${range.low} to ${range.high})`;
        return `${naming.name("variables", id)}: ${valueText(value, this.words.telling)}${scale}`;
      }),
    ];
    this.output.write(`${lines.flatMap((line) => wrap(line, this.output.columns, "  ", "    ")).join("\n")}\n`);
  }

  private explain(execution: Execution, { options }: Turn, asked: string): void {
    const id = /^\d+$/.test(asked) ? options[Number(asked) - 1] : asked;
    const lines =
      id === hold ? ["You make no move; time and the others go on."] : moveNote(execution, this.actor, id ?? "");
    const { columns } = this.output;
    this.output.write(`${lines.flatMap((line) => wrapKeepingIndent(line, columns)).join("\n")}\n`);
  }

  private view(execution: Execution) {
    const events: readonly RunEvent[] = execution.log.recorded.map(({ event }) => event);
    return viewEvents(execution.scenario.model, events, this.actor);
  }

  private layout(): TextLayout {
    return { columns: this.output.columns, paint: this.output.paint, positions: false, words: this.words };
  }
}

function wrapKeepingIndent(line: string, columns: number): readonly string[] {
  const indent = `  ${/^ */.exec(line)?.[0] ?? ""}`;
  return wrap(line.trimStart().replaceAll(/\s+/g, " "), columns, indent, `${indent}  `);
}

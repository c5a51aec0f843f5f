/**
 * The tree of commands, and how a command ends.
 *
 * Only the command that was asked for is loaded, so that starting costs little. Exit codes: 0 done, 1 something checked
 * does not hold or a run faulted, 2 the input is wrong, 70 a bug of ours, 130 Ctrl-C. A mistake is told in one sentence
 * and a hint, never by a stack trace.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { Mistake } from "../scenario/mistake.ts";
import { nearest } from "../scenario/suggest.ts";
import { Interrupted, type Terminal } from "./terminal.ts";

/** Adds a command's arguments, options and action. An action that fails throws; see `Terminal.fails` for code 1. */
type DefineCommand = (command: Command, terminal: Terminal) => void;

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
}

const entries: readonly Entry[] = [
  {
    name: "run",
    summary: "run a scenario once and tell what happened",
    load: async () => (await import("./run.ts")).runCommand,
  },
  {
    name: "play",
    summary: "take a seat and choose yourself",
    load: async () => (await import("./play.ts")).playCommand,
  },
  {
    name: "compare",
    summary: "compare variants over many runs under common random numbers",
    load: async () => (await import("./compare.ts")).compareCommand,
  },
  {
    name: "sweep",
    summary: "vary assumptions and dispositions, and rank what drives the outcomes",
    load: async () => (await import("./sweep.ts")).sweepCommand,
  },
  {
    name: "reproduce",
    summary: "make a saved result again and say whether the bytes agree",
    load: async () => (await import("./reproduce.ts")).reproduceCommand,
  },
  {
    name: "check",
    summary: "explore every course; prove or refute every property",
    load: async () => (await import("./check.ts")).checkCommand,
  },
  {
    name: "solve",
    summary: "compute shares and means exactly, and the best anybody can do",
    load: async () => (await import("./solve.ts")).solveCommand,
  },
  {
    name: "replay",
    summary: "tell a log again, up to any point; needs no scenario",
    load: async () => (await import("./replay.ts")).replayCommand,
  },
  {
    name: "fork",
    summary: "begin a new run from a point of another, with another decision",
    load: async () => (await import("./fork.ts")).forkCommand,
  },
  {
    name: "diff",
    summary: "show where two logs part, side by side",
    load: async () => (await import("./diff.ts")).diffCommand,
  },
  {
    name: "verify",
    summary: "check a log's chain of digests and re-execute it",
    load: async () => (await import("./verify.ts")).verifyCommand,
  },
  {
    name: "swing",
    summary: "find the turning points of a run: what each decision moved",
    load: async () => (await import("./swing.ts")).swingCommand,
  },
  {
    name: "history",
    summary: "how likely the recorded past is in the model, and where least",
    load: async () => (await import("./history.ts")).historyCommand,
  },
  {
    name: "serve",
    summary: "studio and classroom in the browser, from this machine",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  {
    name: "rehearse",
    summary: "a whole lesson with bots, faster than in class",
    load: async () => (await import("./rehearse.ts")).rehearseCommand,
  },
  {
    name: "doctor",
    summary: "look whether this machine is ready for a class",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
  {
    name: "handout",
    summary: "role cards and a sheet of rules, to print before a lesson",
    load: async () => (await import("./handout.ts")).handoutCommand,
  },
  {
    name: "forget",
    summary: "delete names and messages of a class for good",
    load: async () => (await import("./forget.ts")).forgetCommand,
  },
  {
    name: "lint",
    summary: "report everything wrong or doubtful in scenarios",
    load: async () => (await import("./lint.ts")).lintCommand,
  },
  {
    name: "new",
    summary: "write a commented scenario to start from",
    load: async () => (await import("./new.ts")).newCommand,
  },
  {
    name: "export",
    summary: "write a scenario as an XState machine or a Mermaid diagram",
    load: async () => (await import("./export.ts")).exportCommand,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of the scenario language, for editors",
    load: async () => (await import("./schema.ts")).schemaCommand,
  },
];

const examples = `
Examples:
  demarche run geneva-2022                         one run, told day by day
  demarche compare geneva-2022 --runs 1000         the variants side by side
  demarche play geneva-2022 --as russia            choose for Russia yourself
  demarche new my-crisis                           a scenario of your own to start from

A scenario is given by its path or by its id: scenarios/ID.yaml here, else the library that comes with Demarche.
Exit codes: 0 done, 1 something checked does not hold, 2 the input is wrong, 70 a bug in Demarche.`;

/** Runs one command line and says with which code the process should end. */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await programFor(words, terminal);
    await program.parseAsync([...words], { from: "user" });
    return terminal.exitCode;
  } catch (error) {
    return exitCodeOf(error, words, terminal);
  }
}

async function programFor(words: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command("demarche")
    .description("Event-sourced scenario simulation for diplomatic crises.")
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .option("--no-color", "never use colour (NO_COLOR does the same)")
    .addHelpText("after", examples)
    .configureHelp({ helpWidth: terminal.out.columns })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      outputError: () => {},
    });
  const plain = words.filter((word) => !word.startsWith("-"));
  const asked = plain[0] === "help" ? plain[1] : plain[0];
  if (plain[0] === "help" && asked !== undefined && !entries.some(({ name }) => name === asked))
    throw unknownCommand(asked);
  // The bare colour option is heeded before anything is printed, wherever it stands.
  if (words.includes("--no-color")) terminal.setColour(false);
  for (const { name, summary, load } of entries) {
    const command = program
      .command(name)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
      .summary(summary)
      .option("--no-color", "never use colour")
      .helpOption("-h, --help", "show help");
    if (name === asked) (await load())(command, terminal);
  }
  if (words.length === 0) program.outputHelp();
  if (words.length === 0) throw new CommanderError(0, "commander.help", "");
  return program;
}

function unknownCommand(asked: string): Mistake {
  const near = nearest(
    asked,
    entries.map(({ name }) => name),
  );
  return new Mistake(
    `unknown command ${asked}`,
    near === null ? "demarche --help lists them" : `did you mean ${near}?`,
  );
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** Tells what went wrong, and the code that goes with it. */
function exitCodeOf(error: unknown, words: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError) return commandLineError(error, words, terminal);
  if (error instanceof Interrupted) {
    if (error.message !== "") terminal.err.write(`${error.message}\n`);
    return 130;
  }
  if (error instanceof Error && (error.name === "Mistake" || error.name === "LogError")) {
    const hint = "hint" in error && typeof error.hint === "string" ? error.hint : null;
    tell(terminal, error.message, hint);
    return 2;
  }
  if (error instanceof Error && error.name === "Faulted") {
    tell(terminal, `the model is at fault in ${error.message}`, null);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  tell(
    terminal,
    `a bug in Demarche: ${message}`,
    "please report it with the command line and the scenario; DEMARCHE_DEBUG=1 shows where it happened",
  );
  if (terminal.environment.DEMARCHE_DEBUG === "1" && error instanceof Error) {
    terminal.err.write(`${error.stack ?? ""}\n`);
  }
  return 70;
}

/** Help and version end well; everything else that the parser throws is a mistake at the keyboard. */
function commandLineError(error: CommanderError, words: readonly string[], terminal: Terminal): number {
  if (error.exitCode === 0) return 0;
  const command = entries.find(({ name }) => name === words[0])?.name;
  const [sentence = "", suggestion = ""] = error.message.replace(/^error: /, "").split("\n");
  const usage = command === undefined ? "demarche --help lists the commands" : `demarche ${command} --help shows how`;
  const hint = suggestion === "" ? usage : suggestion.replace(/^\((.*)\)$/, "$1");
  tell(terminal, sentence, hint.charAt(0).toLowerCase() + hint.slice(1));
  return 2;
}

function tell(terminal: Terminal, message: string, hint: string | null): void {
  const { err } = terminal;
  err.write(`${err.paint("red", "error:")} ${message}\n`);
  if (hint !== null) err.write(`${err.paint("cyan", "hint:")} ${hint}\n`);
}

/**
 * Going on from a state: many replications of what may follow, by policy and luck.
 *
 * The kernel does it by a program that begins in the middle: it sets the state where a run would draw one, and passes
 * over the points of the protocol that lie behind the state's cursor in its first round. The machine does the same by
 * a session, and is the reference.
 */

import { luckOf } from "../chance/draw.ts";
import { playOpen, roundsLimit } from "../engine/play.ts";
import { type Engine, openSession } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import { type Assembly, assembleProgram } from "../kernel/assemble.ts";
import { compare, constant, type Local, read } from "../kernel/code.ts";
import { linkKernel } from "../kernel/kernel.ts";
import { bodies, type Program, type Statement } from "../kernel/program.ts";
import { at } from "../scenario/at.ts";
import type { Model } from "../scenario/model.ts";
import { columnsOf, emptyBatch } from "./batch.ts";

/** The outcome (index into the model's, or -1) of replications 0 to runs - 1 that go on from a state. */
export type Continue = (state: State, seed: string, runs: number) => Int16Array;

/** Goes on by the kernel. */
export function kernelContinue(model: Model, treatment: Treatment): Continue {
  const assembly = assembleProgram(model, treatment, roundsLimit);
  const columns = columnsOf(model);
  return (state, seed, runs) => {
    if (state.ended !== null) return settled(model, state, runs);
    const rows = emptyBatch(columns, 0, runs);
    linkKernel({ program: programFrom(assembly, state), layout: assembly.layout }).simulate(seed, 0, runs, rows);
    return rows.outcome;
  };
}

/** Goes on by the machine: slow, and the reference. */
export function machineContinue(engine: Engine): Continue {
  const { model } = engine.law;
  return (state, seed, runs) => {
    const outcomes = new Int16Array(runs);
    for (let replication = 0; replication < runs; replication++) {
      const session = openSession(engine, luckOf(seed, replication), state);
      playOpen({ session });
      outcomes[replication] = model.outcomes.findIndex(({ id }) => id === session.state.outcome);
    }
    return outcomes;
  };
}

function settled(model: Model, { outcome }: State, runs: number): Int16Array {
  return new Int16Array(runs).fill(model.outcomes.findIndex(({ id }) => id === outcome));
}

/** The program of runs that begin in a state. */
function programFrom({ program, layout }: Assembly, state: State): Program {
  const cursor = layout.cursors.indexOf(state.cursor);
  const values = layout.values(state);
  const begin: Statement[] = layout.fields.flatMap(({ kind, local }, index): readonly Statement[] =>
    kind === "cursor" || kind === "ending" ? [] : [{ do: "set", local, value: constant(at(values, index)) }],
  );
  const passed: Local = {
    id: 1 + Math.max(...locals(program).map(({ id }) => id)),
    role: "register",
    type: "int",
    low: 0,
    high: program.stages.length,
  };
  return {
    ...program,
    registers: [...program.registers, { local: passed, first: cursor }],
    start: [
      ...begin,
      { do: "set", local: program.round, value: constant(state.round) },
      ...program.derived.map(({ local, value }): Statement => ({ do: "set", local, value })),
    ],
    stages: program.stages.map((stage, index) => ({
      ...stage,
      body: [{ do: "if", when: compare("<=", read(passed), constant(index)), then: stage.body, else: [] }],
    })),
    tick: [{ do: "set", local: passed, value: constant(0) }, ...program.tick],
  };
}

/** All locals of a program that outlive a statement list, and those set in it. */
function locals(program: Program): readonly Local[] {
  const found: Local[] = [...program.fields, ...program.scratch, ...program.registers.map(({ local }) => local)];
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.do === "set") found.push(statement.local);
      for (const body of bodies(statement)) visit(body);
    }
  };
  const { start, opening, tick, closing, stages } = program;
  for (const body of [start, opening, tick, closing, ...stages.map((stage) => stage.body)]) visit(body);
  return found;
}

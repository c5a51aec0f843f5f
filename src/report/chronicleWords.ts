/**
 * Everything that a chronicle says by itself, on the terminal and on a page, in the languages that we speak.
 */

import { counted } from "../scenario/wording.ts";
import { type DateWords, datesEn, datesPt } from "./dates.ts";
import { type TellingWords, tellingEn, tellingPt } from "./tellingWords.ts";

/** A chronicle's own words; places such as `{name}` are filled by whoever prints. */
export interface ChronicleWords {
  /** Code of the language, for a page. */
  readonly code: string;
  readonly telling: TellingWords;
  readonly dates: DateWords;
  readonly atStart: string;
  /** Stands in place of a date where there is no calendar; beside one it is `roundBeside`. */
  readonly round: string;
  readonly rounds: string;
  readonly roundBeside: string;
  /** How many rounds there were. */
  readonly length: (rounds: number) => string;
  readonly heading: {
    readonly viewer: string;
    readonly variant: string;
    readonly seed: string;
    readonly replication: string;
    readonly from: string;
  };
  readonly result: {
    readonly outcome: string;
    /** How it ended, and after how long: `{end}` and `{length}`. */
    readonly ended: string;
    readonly tallies: string;
    readonly utilities: string;
    readonly properties: string;
    readonly fails: string;
    readonly counts: (hold: number, fail: number) => string;
  };
  /** How a run ended that has no outcome, or that it has none yet. */
  readonly none: Readonly<Record<"deadlock" | "fault" | "unfinished" | "yet", string>>;
  readonly page: PageWords;
}

interface PageWords {
  readonly title: string;
  readonly story: string;
  readonly scenario: string;
  readonly viewer: string;
  readonly variant: string;
  readonly seed: string;
  readonly replication: string;
  readonly begins: string;
  readonly ends: string;
  readonly length: string;
  readonly fails: string;
  readonly atStart: string;
  /** Stands before how the run ends. */
  readonly end: string;
  readonly charts: string;
  readonly still: string;
  readonly table: string;
  readonly when: string;
  readonly value: string;
  /** Joins the values of a course in its description. */
  readonly then: string;
  readonly chart: string;
  readonly note: string;
  readonly model: string;
}

export const chronicleEn: ChronicleWords = {
  code: "en",
  telling: tellingEn,
  dates: datesEn,
  atStart: "At the start",
  round: "Round {round}",
  rounds: "Rounds {first} to {last}",
  roundBeside: "round {round}",
  length: (rounds) => counted(rounds, "round"),
  heading: {
    viewer: "as {viewer} saw it",
    variant: "variant: {variant}",
    seed: "seed {seed}",
    replication: "replication {replication}",
    from: "from {date}",
  },
  result: {
    outcome: "Outcome",
    ended: "{end}, after {length}",
    tallies: "Tallies",
    utilities: "Utilities",
    properties: "Properties",
    fails: "Fails",
    counts: (hold, fail) => `${hold} hold, ${fail} fail`,
  },
  none: {
    deadlock: "none: nothing can happen any more",
    fault: "none: the model is at fault",
    unfinished: "none: stopped, unfinished",
    yet: "none yet",
  },
  page: {
    title: "{title}: a run",
    story: "What happened",
    scenario: "Scenario",
    viewer: "As seen by",
    variant: "Variant",
    seed: "Seed",
    replication: "Replication",
    begins: "Begins on",
    ends: "How it ends",
    length: "Length",
    fails: "Does not hold",
    atStart: "How things stood at the start",
    end: "The run ends",
    charts: "Tracks and variables over time",
    still: "Did not change",
    table: "As a table",
    when: "When",
    value: "Value",
    then: ", then ",
    chart: "{name} over {rounds} rounds",
    note: `This page tells one course of a model under one seed. It shows what follows from the scenario's assumptions, not what
happened or would have happened, and how often something occurs in runs of a model is no chance of it in the world.`,
    model: "Model {model}",
  },
};

export const chroniclePt: ChronicleWords = {
  code: "pt",
  telling: tellingPt,
  dates: datesPt,
  atStart: "No início",
  round: "Ronda {round}",
  rounds: "Rondas {first} a {last}",
  roundBeside: "ronda {round}",
  length: (rounds) => (rounds === 1 ? "1 ronda" : `${rounds} rondas`),
  heading: {
    viewer: "como {viewer} viu",
    variant: "variante: {variant}",
    seed: "semente {seed}",
    replication: "replicação {replication}",
    from: "a partir de {date}",
  },
  result: {
    outcome: "Desfecho",
    ended: "{end}, ao fim de {length}",
    tallies: "Contagens",
    utilities: "Utilidades",
    properties: "Propriedades",
    fails: "Não vale",
    counts: (hold, fail) => `${hold === 1 ? "1 vale" : `${hold} valem`}, ${fail === 1 ? "1 falha" : `${fail} falham`}`,
  },
  none: {
    deadlock: "nenhum: já nada pode acontecer",
    fault: "nenhum: o modelo falha",
    unfinished: "nenhum: parada, por terminar",
    yet: "ainda nenhum",
  },
  page: {
    title: "{title}: uma simulação",
    story: "O que aconteceu",
    scenario: "Cenário",
    viewer: "Vista por",
    variant: "Variante",
    seed: "Semente",
    replication: "Replicação",
    begins: "Começa em",
    ends: "Como acaba",
    length: "Duração",
    fails: "Não vale",
    atStart: "Como estavam as coisas no início",
    end: "A simulação termina",
    charts: "Percursos e variáveis ao longo do tempo",
    still: "Não mudou",
    table: "Em tabela",
    when: "Quando",
    value: "Valor",
    then: ", depois ",
    chart: "{name} ao longo de {rounds} rondas",
    note: `Esta página conta um curso de um modelo com uma semente. Mostra o que decorre dos pressupostos do cenário, não o que
aconteceu ou teria acontecido; a frequência de algo nas simulações de um modelo não é a sua probabilidade no mundo.`,
    model: "Modelo {model}",
  },
};

/** The words for a language code such as `pt` or `pt-BR`; English where the language is not known. */
export function chronicleWords(language: string | null): ChronicleWords {
  return language !== null && /^pt(-|$)/i.test(language) ? chroniclePt : chronicleEn;
}

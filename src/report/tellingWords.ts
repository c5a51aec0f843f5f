/**
 * The words in which runs are told, in the languages that we speak: for the terminal, the page and the studio alike.
 * Words of the scenario come from the scenario.
 *
 * A place such as `{name}` is filled by whoever prints.
 */

/** Everything that a telling says by itself. */
export interface TellingWords {
  readonly starts: string;
  /** A new round begins. */
  readonly round: string;
  /** Nothing happens: of rounds, and of steps in which everybody holds. */
  readonly quiet: string;
  /** Somebody holds: said of an actor. */
  readonly holds: string;
  /** Stands before what a rule does. */
  readonly consequence: string;
  /** Stands before how a run ends, on a line of the terminal. */
  readonly end: string;
  /** Said of an incident. */
  readonly averted: string;
  readonly unknown: string;
  /** Said of a first-come move that came too late. */
  readonly forestalled: string;
  /** Said of a move whose settings another replaced, with a place for their `{names}`. */
  readonly overruled: string;
  readonly person: string;
  readonly given: string;
  readonly policy: string;
  readonly deadlock: string;
  readonly unfinished: string;
  readonly noOutcome: string;
  /** With places for `{path}` and `{reason}`. */
  readonly fault: string;
  /** A fork: in an unknown luck, in the same, and in that of `{seed}`. */
  readonly fork: string;
  readonly forkSame: string;
  readonly forkNew: string;
  /** Something in quotation marks, with a place for `{text}`. */
  readonly quoted: string;
  /** A rung of the ladder. */
  readonly rung: string;
  readonly yes: string;
  readonly no: string;
}

export const tellingEn: TellingWords = {
  starts: "The run begins",
  round: "A new round begins",
  quiet: "nothing happens",
  holds: "holds",
  consequence: "In consequence",
  end: "End",
  averted: "is averted",
  unknown: "Something happened, it is not known what",
  forestalled: "too late: another move came first, so it had no effect",
  overruled: "by lot, another move had the last word on {names}",
  person: "chosen by a person",
  given: "as given",
  policy: "chosen by a bot",
  deadlock: "Nothing can happen any more",
  unfinished: "Stopped, unfinished",
  noOutcome: "The run ends without an outcome",
  fault: "The model is at fault in {path}: {reason}",
  fork: "Another course is taken from here",
  forkSame: "Another course is taken from here, with the same luck",
  forkNew: "Another course is taken from here, with the luck of seed {seed}",
  quoted: '"{text}"',
  rung: "rung",
  yes: "yes",
  no: "no",
};

export const tellingPt: TellingWords = {
  starts: "A simulação começa",
  round: "Começa uma nova ronda",
  quiet: "nada acontece",
  holds: "espera",
  consequence: "Em consequência",
  end: "Fim",
  averted: "é evitado",
  unknown: "Algo aconteceu, não se sabe o quê",
  forestalled: "tarde demais: outro movimento veio primeiro, por isso ficou sem efeito",
  overruled: "por sorteio, outro movimento teve a última palavra sobre {names}",
  person: "escolhida por uma pessoa",
  given: "como dado",
  policy: "escolhida por um robô",
  deadlock: "Já nada pode acontecer",
  unfinished: "Parada, por terminar",
  noOutcome: "A simulação termina sem desfecho",
  fault: "O modelo falha em {path}: {reason}",
  fork: "Daqui segue-se outro caminho",
  forkSame: "Daqui segue-se outro caminho, com a mesma sorte",
  forkNew: "Daqui segue-se outro caminho, com a sorte da semente {seed}",
  quoted: "«{text}»",
  rung: "degrau",
  yes: "sim",
  no: "não",
};

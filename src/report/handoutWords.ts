/**
 * The handout's own words, in the languages that it speaks. Words of the scenario come from the scenario.
 */

/** Everything that a handout says by itself. */
export interface HandoutWords {
  readonly rules: string;
  readonly rulesOfPlay: readonly string[];
  readonly turns: Readonly<Record<"in order" | "simultaneous" | "free", string>>;
  readonly lesson: string;
  readonly lessonTimes: readonly [lesson: string, briefing: string, rounds: string, debrief: string, all: string];
  readonly minutes: string;
  readonly situation: string;
  readonly role: string;
  readonly secretCard: string;
  readonly wishes: string;
  readonly onlyYou: string;
  readonly onScreen: string;
  readonly moves: string;
  readonly movesHint: string;
  readonly covert: string;
  /** Said of a move that some alone learn of, by their names. */
  readonly knownTo: (names: string) => string;
  readonly questions: string;
  readonly followed: string;
  readonly followedHint: string;
  readonly model: string;
}

const english: HandoutWords = {
  rules: "How it is played",
  rulesOfPlay: [
    "You speak and decide for an office, not for a person, and nobody takes what is said in role for your own opinion.",
    "In each round your delegation reads the news as it knows them, talks, and may write to others.",
    "One of you proposes a move; another confirms it. Then it is sealed and cannot be taken back.",
    "Whoever has not decided when time is up holds: does nothing in this round. Holding is a decision too.",
    "Your card is for you alone. What others know, you learn only as the news tell it.",
    "There are no points and no winner. How it ended, and where it might have ended otherwise, is what we talk about afterwards.",
  ],
  turns: {
    "in order": "The delegations decide one after the other.",
    simultaneous: "All delegations decide at the same time, in secret; then all choices are opened together.",
    free: "Whoever seals first moves; then all decide anew.",
  },
  lesson: "Time",
  lessonTimes: ["Lesson", "Briefing", "Rounds", "Debrief", "In all"],
  minutes: "minutes",
  situation: "The situation",
  role: "Role card",
  secretCard: "For this delegation alone.",
  wishes: "What you want",
  onlyYou: "What only you know",
  onScreen: "shown on your screen when the lesson begins",
  moves: "What you may be able to do",
  movesHint:
    "Which of these are open in a round depends on what has happened; holding always is, unless you are told otherwise.",
  covert: "in secret",
  knownTo: (names) => `in secret: only ${names} will know`,
  questions: "Afterwards: questions",
  followed: "What followed in reality",
  followedHint: "For the teacher; to be read out after the last round.",
  model: "This is a model. It shows what follows from its assumptions, not what happened or would have happened.",
};

const portuguese: HandoutWords = {
  rules: "Como se joga",
  rulesOfPlay: [
    "Fala e decide por um cargo, não por uma pessoa; ninguém toma o que se diz no papel pela sua opinião.",
    "Em cada ronda a delegação lê as notícias tal como as conhece, conversa, e pode escrever a outras.",
    "Uma pessoa propõe um passo; outra confirma. Fica então selado e não se pode voltar atrás.",
    "Quem não decidiu quando o tempo acaba espera: nada faz nesta ronda. Esperar também é uma decisão.",
    "O cartão é só para a sua delegação. O que os outros sabem, só se sabe como as notícias o contam.",
    "Não há pontos nem vencedores. Como acabou, e onde podia ter acabado de outro modo, é o que se discute depois.",
  ],
  turns: {
    "in order": "As delegações decidem uma após a outra.",
    simultaneous: "Todas as delegações decidem ao mesmo tempo, em segredo; depois abrem-se todas as escolhas.",
    free: "Age quem primeiro selar; depois todas decidem de novo.",
  },
  lesson: "Tempo",
  lessonTimes: ["Aula", "Preparação", "Rondas", "Balanço", "Ao todo"],
  minutes: "minutos",
  situation: "A situação",
  role: "Cartão de papel",
  secretCard: "Só para esta delegação.",
  wishes: "O que quer",
  onlyYou: "O que só a sua delegação sabe",
  onScreen: "aparece no ecrã quando a aula começa",
  moves: "O que poderá fazer",
  movesHint:
    "O que está aberto numa ronda depende do que aconteceu; esperar está sempre, salvo indicação em contrário.",
  covert: "em segredo",
  knownTo: (names) => `em segredo: só ${names} fica sabendo`,
  questions: "Depois: perguntas",
  followed: "O que se seguiu na realidade",
  followedHint: "Para quem ensina; ler em voz alta depois da última ronda.",
  model: "Isto é um modelo. Mostra o que decorre dos seus pressupostos, não o que aconteceu ou teria acontecido.",
};

/** The words for a language code; English where the language is not known. */
export function handoutWords(language: string | null): HandoutWords {
  return language?.toLowerCase().startsWith("pt") === true ? portuguese : english;
}

/**
 * Every word of the interface, in Portuguese.
 */
import type { Texts } from "./en.ts";

export const pt: Texts = {
  title: {
    join: "Entrar – Demarche",
    teach: "Docente – Demarche",
    seat: "O seu lugar – Demarche",
    project: "Turma – Demarche",
    studio: "Estúdio – Demarche",
  },
  language: { label: "Língua", en: "English", pt: "Português" },
  enter: {
    needed: "Abra esta página pela ligação de docente que o terminal mostra.",
    wrong: "Esta ligação já não é válida. Use a que o terminal mostra.",
  },
  failed: "O servidor não respondeu. A tentar de novo …",
};

/**
 * The page that says that there is none, in both languages of the interface, with the way to where one wanted to go.
 *
 * It needs no script and no style sheet, so that it is right whatever else is broken.
 */
import type { Door } from "./door.ts";

interface Words {
  readonly heading: string;
  readonly advice: string;
  readonly link: string;
}

const words: Readonly<Record<Door, Readonly<Record<"en" | "pt", Words>>>> = {
  class: {
    en: {
      heading: "There is no such page",
      advice: "Your class has a code of seven signs on the wall. Type it on the first page.",
      link: "Join your class",
    },
    pt: {
      heading: "Esta página não existe",
      advice: "A sua turma tem um código de sete sinais na parede. Escreva-o na primeira página.",
      link: "Entrar na turma",
    },
  },
  desk: {
    en: {
      heading: "There is no such page",
      advice: "The teacher's pages and the studio are here; students join at the class's address.",
      link: "Teacher's page",
    },
    pt: {
      heading: "Esta página não existe",
      advice: "Aqui estão as páginas do professor e o estúdio; os alunos entram no endereço da turma.",
      link: "Página do professor",
    },
  },
};

/** The page of a door, as HTML. */
export function missingPage(door: Door): string {
  const { en, pt } = words[door];
  const home = door === "class" ? "/" : "/teach";
  const part = ({ heading, advice, link }: Words): string =>
    `<h1>${heading}</h1><p>${advice}</p><p><a href="${home}">${link}</a></p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${en.heading} – Demarche</title>
</head>
<body>
<main>
${part(en)}
<section lang="pt">${part(pt).replaceAll("h1>", "h2>")}</section>
</main>
</body>
</html>
`;
}

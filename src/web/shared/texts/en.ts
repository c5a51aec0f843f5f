/**
 * Every word of the interface, in English. The other languages have the same shape, so none can lack a text.
 */
export const en = {
  title: {
    join: "Join – Demarche",
    teach: "Teacher – Demarche",
    seat: "Your seat – Demarche",
    project: "Class – Demarche",
    studio: "Studio – Demarche",
  },
  language: { label: "Language", en: "English", pt: "Português" },
  enter: {
    needed: "Open this page by the teacher's link, which the terminal shows.",
    wrong: "This link is not valid any more. Take the one that the terminal shows.",
  },
  failed: "The server did not answer. Trying again …",
};

/** The words of the interface. */
export type Texts = typeof en;

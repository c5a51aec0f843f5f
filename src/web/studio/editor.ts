/**
 * The editor of documents: YAML in colours, complaints at their places, completion of the language's keys and of the
 * document's own names. It is large, so it is loaded when somebody edits.
 *
 * It lives in a shadow root: there its style sheets are made by script, which the content policy allows, and the page's
 * own style does not touch it.
 */
import { autocompletion, type Completion, type CompletionContext, completeAnyWord } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Mark, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import type { Diagnostic } from "../../scenario/diagnostic.ts";

/** An open editor, as its page uses it. */
export interface Editor {
  text(): string;
  /** Puts another text in the place of the present one; undoing brings that back. */
  replace(text: string): void;
  mark(diagnostics: readonly Diagnostic[]): void;
  /** Puts the cursor where a complaint is. */
  go(diagnostic: Diagnostic): void;
  close(): void;
}

/** Opens an editor in a place of the page. */
export function openEditor(
  host: HTMLElement,
  start: { readonly text: string; readonly label: string; readonly words: readonly Completion[] },
  on: { readonly change: (text: string) => void; readonly save: () => void },
): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const parent = document.createElement("div");
  parent.style.height = "100%";
  root.replaceChildren(parent);
  const save = (): boolean => {
    on.save();
    return true;
  };
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      doc: start.text,
      extensions: [
        keymap.of([{ key: "Mod-s", preventDefault: true, run: save }]),
        basicSetup,
        yaml(),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: [completeAnyWord, languageWords(start.words)] }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": start.label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) on.change(update.state.doc.toString());
        }),
        look,
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    mark: (diagnostics) => {
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map((diagnostic) => markOf(view.state.doc, diagnostic)),
        ),
      );
    },
    go: ({ span }) => {
      const anchor = placeIn(view.state.doc, span.line, span.column);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** A place in the text, as near as the text of now still has it. */
function placeIn(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.max(1, Math.min(line, doc.lines)));
  return Math.min(found.to, found.from + Math.max(0, column - 1));
}

function markOf(doc: Text, { span, severity, message, hint }: Diagnostic): Mark {
  const from = placeIn(doc, span.line, span.column);
  const to = Math.max(from, placeIn(doc, span.endLine, span.endColumn));
  return { from, to, severity, message: hint === null ? message : `${message}. ${hint}` };
}

/** Completes the keys and words of the language. */
const languageWords =
  (words: readonly Completion[]) =>
  (context: CompletionContext): { from: number; options: readonly Completion[] } | null => {
    const word = context.matchBefore(/[a-z_]+/);
    return word === null && !context.explicit ? null : { from: word?.from ?? context.pos, options: words };
  };

/** Keys that a JSON Schema names anywhere, with what it says of them. */
export function schemaWords(schema: unknown): readonly Completion[] {
  const found = new Map<string, string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("properties" in node && typeof node.properties === "object" && node.properties !== null) {
      for (const [key, value] of Object.entries(node.properties)) {
        const told: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "description") : null;
        if (!found.has(key)) found.set(key, typeof told === "string" ? told : "");
      }
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(schema);
  return [...found].map(([label, info]) => ({ label, type: "keyword", ...(info === "" ? {} : { info }) }));
}

/** The page's own colours, which reach into the shadow by name. */
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.86rem", backgroundColor: "var(--panel)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace', lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--faint)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent-soft) 55%, transparent)",
  },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent) !important",
  },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--panel)",
    color: "var(--text)",
    borderColor: "var(--line)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunk)", color: "var(--faint)", borderColor: "var(--line)" },
  ".cm-content .tok-propertyName, .cm-content .tok-propertyName span": { color: "var(--accent)" },
  ".cm-content .tok-comment": { color: "var(--faint)", fontStyle: "italic" },
  ".cm-content .tok-string": { color: "var(--text)" },
  ".cm-content .tok-punctuation, .cm-content .tok-separator": { color: "var(--faint)" },
});

import "../shared/style.css";
import { mount } from "svelte";
import type { Kept } from "../../classroom/keepsake.ts";
import { beginIn, fill, textIn } from "../shared/language.svelte.ts";
import KeepsakePage from "./KeepsakePage.svelte";

const kept = JSON.parse(document.querySelector("#kept")?.textContent ?? "null") as Kept;
beginIn(kept.language);
document.title = fill(textIn().debrief.keep, { title: kept.debrief.title });
mount(KeepsakePage, { target: document.querySelector("#page") ?? document.body, props: { kept } });

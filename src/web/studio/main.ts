import "../shared/style.css";
import { mount } from "svelte";
import { textIn } from "../shared/language.svelte.ts";
import StudioPage from "./StudioPage.svelte";

document.title = textIn().title.studio;
mount(StudioPage, { target: document.querySelector("#page") ?? document.body });
